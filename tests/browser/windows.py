"""Pages to look at, and windows of their askers to look through."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from tests.browser.looks import SCRIPT, WINDOW


@dataclass(frozen=True)
class Sight:
    """A page to look at, named as its screenshots are, and who asks for it: None is a visitor.

    Where fields are filled in, the page is that which answers the form.
    """

    name: str
    address: str
    asker: User | None = None
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)


class Windows:
    """A window of each asker in each language, opened when it is first needed.

    The map alone is looked at in the browser that draws, which is slower at everything else.
    """

    def __init__(self, browser: Browser, drawing_browser: Browser, site: str) -> None:
        self._browsers = {False: browser, True: drawing_browser}
        self._site = site
        self._contexts: dict[tuple[User | None, str, bool], BrowserContext] = {}

    def open(self, asker: User | None, language: str, *, draws: bool = False) -> Page:
        """Return the asker's page in this language."""
        key = (asker, language, draws)
        if key not in self._contexts:
            self._contexts[key] = self._make(asker, language, draws=draws)
        return self._contexts[key].pages[0]

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts.values():
            context.close()

    def _make(self, asker: User | None, language: str, *, draws: bool) -> BrowserContext:
        # The site's policy would forbid the script that looks. Without motion no colour is on
        # its way when it is measured.
        context = self._browsers[draws].new_context(
            base_url=self._site,
            bypass_csp=True,
            reduced_motion="reduce",
            locale=language,
            viewport=WINDOW,
        )
        context.set_default_timeout(30_000)
        context.add_init_script(path=SCRIPT)
        if asker is not None:
            client = Client()
            client.force_login(asker, "accounts.backends.AuthenticationBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": self._site}]
            )
        context.new_page()
        return context
