// What tests ask of a page in the browser: each answer names the elements that are not as they should be.
window.looks = (() => {
  "use strict";

  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });

  // How far the page moved by itself, as https://web.dev/articles/cls has it.
  let shifts = [];
  const count = (entries) => {
    shifts = shifts.concat(entries.filter((entry) => !entry.hadRecentInput).map(
      ({ value, sources }) => ({ value, nodes: sources.map(({ node }) => (node && node.outerHTML ? name(node) : "a text")) })));
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });

  const takeShifts = () => {
    count(observer.takeRecords());
    return shifts;
  };

  const isReady = () => !document.querySelector("#sound-map:not([hidden], [data-state=drawn])");

  // What reaches out of the window, the outermost of it.
  const findWide = () => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const out = all("body *").filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
    return out.filter((element) => !out.includes(element.parentElement)).map(name);
  };

  // What hides a part of its own content; what is cut on purpose has a clip path, and a drawing is moved about.
  const findCut = () => all("body *:not(input, textarea, select, svg, svg *, .sound-map-drawing, .sound-map-drawing *)").filter((element) => {
    const style = getComputedStyle(element);
    return style.overflow !== "visible" && style.clipPath === "none" && isSeen(element)
      && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
  }).map(name);

  // What moves although less motion is asked for.
  const findMotion = () => all("*").filter((element) => {
    const style = getComputedStyle(element);
    return element.getAnimations().length || style.animationName !== "none" || style.scrollBehavior !== "auto"
      || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
  }).map(name);

  const appearance = (element) => {
    const style = getComputedStyle(element);
    return [style.outline, style.boxShadow, style.border, style.backgroundColor, style.color, style.top].join();
  };

  let before = new Map();
  const reached = new Set();
  const unmarked = new Set();
  addEventListener("focusin", ({ target }) => {
    reached.add(target);
    if (appearance(target) === before.get(target)) unmarked.add(target);
  });

  // Of radio buttons of one name the keyboard reaches one, by design.
  const isExpected = (element) => isSeen(element) && !element.disabled
    && (element.type !== "radio" || element.checked || !document.querySelector(`input[name="${element.name}"]:checked`));

  const expectKeyboard = () => {
    document.activeElement.blur();
    reached.clear();
    unmarked.clear();
    before = new Map(all(FOCUSABLE).filter(isExpected).map((element) => [element, appearance(element)]));
    return before.size;
  };

  const findUnreached = () => [...before.keys()].filter((element) => !reached.has(element)).map(name);
  const findUnmarked = () => [...unmarked].filter((element) => before.has(element)).map(name);

  return { takeShifts, isReady, findWide, findCut, findMotion, expectKeyboard, findUnreached, findUnmarked };
})();
