// Draws the map of tracks and listeners with plotly's WebGL; the page is complete without it.
(() => {
  "use strict";

  const FOUND_SHOWN = 4; // Of listeners, and of tracks, which are found by their artist, too.
  const NEAR = 6; // How much of the map is shown around what was found, to each side.
  const EDGE = 1.05;

  const section = document.getElementById("sound-map");
  const drawing = section.querySelector("[data-drawing]");
  const label = section.querySelector("[data-label]");
  const found = section.querySelector("[data-found]");
  const panel = section.querySelector("[data-panel]");
  const nothing = section.querySelector("[data-nothing]");

  const fail = () => {
    section.hidden = true;
    document.getElementById("sound-map-failed").hidden = false;
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const traces = (points) => {
    const dots = (columns, size, name, opacity) => ({
      type: "scattergl", mode: "markers", x: columns.x, y: columns.y, hoverinfo: "none",
      marker: { size, color: colour(name), opacity, line: { width: 0 } },
    });
    const all = [
      dots(points.tracks, 4, "--ink-soft", 0.45),
      dots(points.listeners, 8, "--them-fill", 0.9),
    ];
    if (points.you) {
      const you = { x: [points.you[0]], y: [points.you[1]] };
      const mark = dots(you, 17, "--you", 1);
      mark.marker.line = { width: 3, color: colour("--card") };
      all.push(mark);
    }
    return all;
  };

  const extent = (points) => {
    const reach = (...columns) => columns.reduce(
      (most, column) => column.reduce((far, value) => Math.max(far, Math.abs(value)), most), 1);
    const x = EDGE * reach(points.tracks.x, points.listeners.x);
    const y = EDGE * reach(points.tracks.y, points.listeners.y);
    return { x: [-x, x], y: [-y, y] };
  };

  const layout = (whole) => {
    const axis = { visible: false, fixedrange: false };
    return {
      xaxis: { ...axis, range: whole.x }, yaxis: { ...axis, range: whole.y },
      margin: { l: 0, r: 0, t: 0, b: 0 }, dragmode: "pan", hovermode: "closest", hoverdistance: 12,
      showlegend: false, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    };
  };

  // What a dot of a trace stands for: 0 are tracks, 1 listeners, 2 the viewer.
  const dot = (points, trace, row) => {
    const columns = trace === 0 ? points.tracks : points.listeners;
    if (trace === 2) return { name: section.querySelector("[data-you]").textContent, x: points.you[0], y: points.you[1] };
    const artist = trace === 0 ? columns.artist[row] : null;
    const address = (trace === 0 ? section.dataset.track : section.dataset.listener).replace("/0/", `/${columns.id[row]}/`);
    return { name: columns.name[row], artist, address, x: columns.x[row], y: columns.y[row] };
  };

  const write = (element, { name, artist }) => {
    const part = (text) => Object.assign(document.createElement("bdi"), { textContent: text });
    element.replaceChildren(part(name));
    if (artist) element.append(" · ", part(artist));
  };

  // Writes what a dot stands for beside it; x and y are pixels from the drawing's corner.
  const point = (hit, x, y) => {
    write(label, hit);
    label.hidden = false;
    const left = Math.min(x + 12, drawing.clientWidth - label.offsetWidth);
    label.style.left = `${Math.max(0, left)}px`;
    label.style.top = `${Math.max(0, y - label.offsetHeight - 10)}px`;
  };

  const show = (ranges) => Plotly.relayout(drawing, { "xaxis.range": ranges.x, "yaxis.range": ranges.y });

  const showAround = ({ x, y }) => show({ x: [x - NEAR, x + NEAR], y: [y - NEAR, y + NEAR] });

  // Shows what a track is, below the drawing.
  const showTrack = async (address) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...part.body.childNodes);
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
  };

  const zoom = (factor) => {
    const scaled = ([low, high]) => {
      const middle = (low + high) / 2;
      return [middle - (middle - low) * factor, middle + (high - middle) * factor];
    };
    const { xaxis, yaxis } = drawing.layout;
    show({ x: scaled(xaxis.range), y: scaled(yaxis.range) });
  };

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const listen = (points, whole) => {
    drawing.on("plotly_hover", ({ points: [hit], event }) => {
      const frame = drawing.getBoundingClientRect();
      point(dot(points, hit.curveNumber, hit.pointNumber), event.clientX - frame.left, event.clientY - frame.top);
    });
    drawing.on("plotly_unhover", () => { label.hidden = true; });
    drawing.on("plotly_click", ({ points: [hit] }) => {
      const { address } = dot(points, hit.curveNumber, hit.pointNumber);
      if (hit.curveNumber === 0) showTrack(address);
      if (hit.curveNumber === 1) location.assign(address);
    });
    section.querySelectorAll("[data-zoom]").forEach((button) => {
      button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
    });
    section.querySelector("[data-whole]").addEventListener("click", () => show(whole));
    const names = [points.tracks, points.listeners].map((columns, trace) => columns.name.map(
      (name, row) => plain(trace === 0 ? `${name} ${columns.artist[row] || ""}` : name)));
    section.querySelector("#map-search").addEventListener("input", (event) => {
      find(points, names, plain(event.target.value.trim()));
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      Plotly.react(drawing, traces(points), drawing.layout);
    });
  };

  const find = (points, names, text) => {
    const words = text.split(/\s+/).filter(Boolean);
    const hits = [];
    for (const trace of words.length ? [1, 0] : []) {
      const most = hits.length + FOUND_SHOWN;
      for (let row = 0; row < names[trace].length && hits.length < most; row += 1) {
        if (words.every((word) => names[trace][row].includes(word))) hits.push(dot(points, trace, row));
      }
    }
    nothing.hidden = !words.length || hits.length > 0;
    found.replaceChildren(...hits.map((hit) => {
      const item = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button" });
      write(button, hit);
      button.addEventListener("click", () => {
        found.replaceChildren();
        showAround(hit).then(() => {
          const { width, height } = drawing.getBoundingClientRect();
          point(hit, width / 2, height / 2);
          drawing.scrollIntoView({ block: "nearest" });
        });
      });
      const link = Object.assign(document.createElement("a"), { href: hit.address, textContent: "→" });
      link.setAttribute("aria-label", hit.name);
      item.append(button, " ", link);
      return item;
    }));
  };

  const draw = async () => {
    // Asked for before plotly is read, which takes as long as the points take to come.
    const answer = fetch(section.dataset.points, { headers: { Accept: "application/json" } });
    const ready = new Promise((resolve) => { addEventListener("DOMContentLoaded", resolve); });
    const [{ ok, status }] = await Promise.all([answer, ready]);
    if (!ok) throw new Error(String(status));
    const points = await (await answer).json();
    section.querySelector("[data-you]").hidden = !points.you;
    const whole = extent(points);
    const options = { scrollZoom: true, displayModeBar: false, responsive: true, doubleClick: false };
    await Plotly.newPlot(drawing, traces(points), layout(whole), options);
    if (drawing.querySelector(".no-webgl")) throw new Error("no WebGL");
    listen(points, whole);
    performance.mark("map drawn");
    section.dataset.state = "drawn";
  };

  draw().catch(fail);
})();
