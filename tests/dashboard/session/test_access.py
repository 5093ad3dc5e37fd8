"""Who may do what, by the settings and by what a provider claims."""

import pytest

from dashboard.errors import AccessError, LoginError
from dashboard.session import access, cache, data_entry
from dashboard.session.data_entry import Upload

SETTINGS = {
    "STADSHART_LOGIN_URL": "https://login.example/.well-known/openid-configuration",
    "STADSHART_LOGIN_CLIENT": "stadshart",
    "STADSHART_LOGIN_SECRET": "sixteen-signs-at-least",
    "STADSHART_LOGIN_EDITORS": "planners, winkels",
    "STADSHART_LOGIN_ADMINISTRATORS": "ict",
}
NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STADSHART_PUBLIC_URL", "STADSHART_LOGIN", *SETTINGS):
        monkeypatch.delenv(name, raising=False)
    # Whether the packages of the extra are installed is no matter of settings.
    monkeypatch.setattr(access, "find_spec", lambda _: object())
    access._login.cache_clear()


def login(monkeypatch: pytest.MonkeyPatch, **more: str) -> access.Login:
    for name, value in (SETTINGS | {f"STADSHART_{key}": more[key] for key in more}).items():
        monkeypatch.setenv(name, value)
    known = access.login()
    assert known is not None
    return known


def role(known: access.Login, roles: object, *, claim: str = "roles", age_s: float = 0) -> object:
    claims = {"is_logged_in": True, "iat": NOW - age_s, claim: roles}
    return known.role(claims, now=NOW)


def test_without_settings_there_is_no_login():
    assert access.login() is None


@pytest.mark.parametrize(
    ("roles", "given"),
    [
        ("ict", "administrator"),
        (["winkels"], "editor"),
        (["winkels", "ict"], "administrator"),
        (["something else"], "viewer"),
        ("winkels, ict", "viewer"),
        (None, "viewer"),
        ([7, {"winkels": 1}], "viewer"),
    ],
)
def test_the_highest_role_of_the_claim_counts(monkeypatch, roles, given):
    assert role(login(monkeypatch), roles) == given


def test_with_values_for_viewers_nobody_else_views(monkeypatch):
    known = login(monkeypatch, LOGIN="all", LOGIN_VIEWERS="gemeente")
    assert (role(known, ["gemeente"]), role(known, ["gast"])) == ("viewer", None)
    assert role(known, "winkels") == "editor"


def test_a_claim_may_lie_within_another(monkeypatch):
    known = login(monkeypatch, LOGIN_CLAIM="realm_access.roles")
    assert role(known, {"roles": ["ict"]}, claim="realm_access") == "administrator"
    assert role(known, ["ict"], claim="realm_access") == "viewer"
    # The names of claims are often addresses.
    dotted = login(monkeypatch, LOGIN_CLAIM="https://voorbeeld.example/rol")
    assert role(dotted, "ict", claim="https://voorbeeld.example/rol") == "administrator"


def test_a_role_lasts_twelve_hours(monkeypatch):
    known = login(monkeypatch)
    assert role(known, "ict", age_s=12 * 3600) == "administrator"
    assert role(known, "ict", age_s=12 * 3600 + 1) is None


@pytest.mark.parametrize(
    "claims", [{}, {"roles": "ict", "iat": NOW}, {"is_logged_in": "true", "iat": NOW}]
)
def test_who_is_not_logged_in_has_no_role(monkeypatch, claims):
    assert login(monkeypatch).role(claims, now=NOW) is None
    assert login(monkeypatch).role({"is_logged_in": True, "roles": "ict"}, now=NOW) is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"LOGIN_URL": ""}, "STADSHART_LOGIN_URL"),
        ({"LOGIN_URL": "http://login.example/x"}, "https://"),
        ({"LOGIN": "everybody"}, "editors or all"),
        ({"LOGIN_CLIENT": ""}, "STADSHART_LOGIN_CLIENT"),
        ({"LOGIN_SECRET": "short"}, "16 signs"),
        ({"LOGIN_EDITORS": " , ", "LOGIN_ADMINISTRATORS": ""}, "lets somebody write"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(monkeypatch, wrong, named):
    with pytest.raises(LoginError, match=named) as refused:
        login(monkeypatch, **wrong)
    assert SETTINGS["STADSHART_LOGIN_SECRET"] not in str(refused.value)


def test_the_packages_of_the_extra_are_named(monkeypatch):
    monkeypatch.setattr(access, "find_spec", lambda _: None)
    with pytest.raises(LoginError, match=r"stadshart-twente\[login\]"):
        login(monkeypatch)


def test_the_key_of_cookies_is_not_the_secret_and_stays_the_same(monkeypatch):
    known = login(monkeypatch)
    assert known.cookie_secret == login(monkeypatch).cookie_secret != known.client_secret
    other = login(monkeypatch, LOGIN_SECRET="another-secret-of-theirs")
    assert other.cookie_secret != known.cookie_secret


def test_one_administers_ones_own_computer_and_nobody_an_open_server(monkeypatch):
    monkeypatch.setattr(cache, "is_reachable", lambda: False)
    assert access.role() == "administrator" and access.is_entry_offered()
    monkeypatch.setattr(cache, "is_reachable", lambda: True)
    assert access.role() is None and not access.is_entry_offered()


@pytest.mark.parametrize("held", [None, "viewer"])
def test_no_change_is_made_without_the_role(monkeypatch, held):
    monkeypatch.setattr(access, "role", lambda: held)
    upload = Upload(b"a", "a.csv", "shop_survey", None)
    for change in (
        lambda: data_entry.try_out(upload, None, "nl"),
        lambda: data_entry.publish(upload, None, "test", "nl", accepted=False),
        lambda: data_entry.withdraw(None, "test", "nl"),
        lambda: data_entry.roll_back("test", "nl"),
        data_entry.history,
    ):
        with pytest.raises(AccessError):
            change()


def test_an_editor_does_not_go_back_for_everybody(monkeypatch):
    monkeypatch.setattr(access, "role", lambda: "editor")
    with pytest.raises(AccessError, match="administrator"):
        data_entry.roll_back("test", "nl")


def test_the_changelog_is_signed_with_the_role_unless_a_claim_is_named(monkeypatch):
    claims = {"is_logged_in": True, "iat": 4e9, "roles": "ict", "sub": "a7"}
    monkeypatch.setattr(access, "_claims", lambda: claims)
    login(monkeypatch)
    assert access.signature() == "administrator"
    login(monkeypatch, LOGIN_SIGN="sub")
    assert access.signature() == "a7"
    login(monkeypatch, LOGIN_SIGN="name")
    assert access.signature() == "administrator"
    claims["name"] = "a\0\nb" + "c" * 200
    assert access.signature() == "ab" + "c" * 98
