"""Visits to the dashboard without a browser: logging in, and messages on its websocket."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import (
    FileUploaderState,
    FileURLs,
    FileURLsRequest,
    StringArray,
    UploadedFileInfo,
)
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.dashboard.deploy.proxies import untrusting

UPLOADS = "/_stcore/upload_file"


def browser(address: str) -> httpx2.Client:
    """A client that keeps cookies and follows nothing by itself, with the token for uploads."""
    client = httpx2.Client(
        base_url=address,
        # Nothing stays open that a test would have to close.
        headers={"Connection": "close"},
        verify=untrusting(),
        trust_env=False,
        timeout=90,
    )
    client.get("/_stcore/health")
    client.headers["X-Xsrftoken"] = client.cookies["_streamlit_xsrf"]
    return client


@dataclass
class Visit:
    """An open websocket, its number, what the page drew last, all that was heard, and the large
    messages that a browser keeps.
    """

    connection: ClientConnection
    number: str = ""
    login_path: str = ""
    drawn: list[Element] = field(default_factory=list)
    files: list[FileURLs] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    kept: dict[str, ForwardMsg] = field(default_factory=dict)

    async def run(self, *states: WidgetState, query: str = "", page: str = "invoer") -> None:
        """Run a page with the states of widgets that a browser would send along."""
        state = ClientState(query_string=query, page_name=page)
        state.widget_states.widgets.extend(states)
        state.cached_message_hashes.extend(self.kept)
        await self.send(BackMsg(rerun_script=state), until="script_finished")

    async def send(self, message: BackMsg, *, until: str) -> None:
        """Send a message, and take what comes until an answer of this kind."""
        await self.connection.send(message.SerializeToString())
        async with asyncio.timeout(120):
            while not self._is_last(ForwardMsg.FromString(await self._received()), until):
                pass

    async def _received(self) -> bytes:
        self.heard.append(await self.connection.recv(decode=False))
        return self.heard[-1]

    def _is_last(self, message: ForwardMsg, until: str) -> bool:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            return self._is_last(self.kept[message.ref_hash], until)
        if message.metadata.cacheable:
            self.kept[message.hash] = message
        if kind == "new_session":
            self.number = message.new_session.initialize.session_id
            self.drawn = []
        elif kind == "auth_redirect":
            self.login_path = message.auth_redirect.url
        elif kind == "file_urls_response":
            self.files = list(message.file_urls_response.file_urls)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.drawn.append(message.delta.new_element)
        return kind == until and (
            kind != "script_finished" or message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        )

    def has(self, name: str) -> bool:
        """Whether the page has a widget whose key begins with `name`."""
        return bool(self._ids(name))

    def _ids(self, name: str) -> list[str]:
        return re.findall(rf'id: "(\$\$ID-[0-9a-f]+-{name}[^"]*)"', str(self.drawn))

    def pressed(self, name: str) -> WidgetState:
        """The state of a button that is pressed."""
        return WidgetState(id=self._ids(name)[0], trigger_value=True)

    def typed(self, name: str, line: str) -> WidgetState:
        """The state of a field in which a line is typed."""
        return WidgetState(id=self._ids(name)[0], string_value=line)

    def chosen(self, name: str, *options: str) -> WidgetState:
        """The state of a row of pills with these chosen."""
        return WidgetState(id=self._ids(name)[0], string_array_value=StringArray(data=options))

    async def upload(self, client: httpx2.Client, name: str, content: bytes) -> WidgetState:
        """The state of the field for files once a file was sent where the server says."""
        asked = FileURLsRequest(request_id="1", file_names=[name], session_id=self.number)
        await self.send(BackMsg(file_urls_request=asked), until="file_urls_response")
        (urls,) = self.files
        answer = await asyncio.to_thread(client.put, urls.upload_url, files={"f": (name, content)})
        assert answer.status_code == 204
        sent = UploadedFileInfo(name=name, size=len(content), file_id=urls.file_id, file_urls=urls)
        state = FileUploaderState(uploaded_file_info=[sent])
        return WidgetState(id=self._ids("w_entry_file")[0], file_uploader_state_value=state)


@asynccontextmanager
async def visit(
    address: str, cookies: Mapping[str, str] | None = None, **headers: str
) -> AsyncIterator[Visit]:
    """A visit with these cookies, from a page of the site itself."""
    at, sent = urlsplit(address), dict(cookies or {})
    closed = at.scheme == "https"
    token = sent.get("_streamlit_xsrf", "")
    if sent:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in sent.items())
    async with connect(
        f"{'wss' if closed else 'ws'}://{at.netloc}{at.path}/_stcore/stream",
        origin=Origin(f"{at.scheme}://{at.netloc}"),
        additional_headers=headers,
        subprotocols=[Subprotocol(name) for name in ("streamlit", token) if name],
        ssl=untrusting() if closed else None,
        max_size=None,
        proxy=None,
    ) as connection:
        yield Visit(connection)


async def login_address(address: str) -> str:
    """Where the button of the page leads that logs in."""
    async with visit(address) as opened:
        await opened.run()
        await opened.run(opened.pressed("w_log_in"))
        return urljoin(address, opened.login_path)


def logged_in(address: str, user: str) -> httpx2.Client:
    """A browser in which a user of the provider has logged in."""
    client = browser(address)
    back = client.get(granted(client, address, user))
    assert back.status_code == 302 and "_streamlit_user" in client.cookies
    return client


def granted(client: httpx2.Client, address: str, user: str) -> str:
    """Where the provider sends a user back to, with the code that it gives."""
    to_provider = client.get(asyncio.run(login_address(address))).headers["Location"]
    return str(client.post(to_provider, data={"sub": user}).headers["Location"])
