"""Which addresses are public, in every notation, and that nothing else is connected to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from xinnong_scraper.errors import AddressBlockedError
from xinnong_scraper.fetch import FetchPolicy
from xinnong_scraper.fetch.address import parse_address
from xinnong_scraper.fetch.guard import check_address, check_resolved, is_public
from xinnong_scraper.page import FetchedPage

from .faults import FaultServer, fetch_in_turn, policy, response, says

DRIVERS = pytest.mark.parametrize("driver", ["sync", "async"])
pytestmark = pytest.mark.usefixtures("nothing_left")

PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.1",
    "168.63.129.16", "169.254.169.254",
    "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:c0a8:101::", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "114.114.114.114",
    "2400:3200::1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses(text: str) -> None:
    assert is_public(ip_address(text)) is False


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses(text: str) -> None:
    assert is_public(ip_address(text)) is True


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001",
        "0x7f.1", "0x7F.0.0.0x1",
        "127.0.0.1.", "%31%32%37.0.0.1", "１２７。０。０。１", "127。0。0。1",
        "①②⑦.0.0.1", "0", "[::1]", "[::]", "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
def test_every_notation_of_loopback_is_blocked(host: str) -> None:
    address = parse_address(f"http://{host}/")
    with pytest.raises(AddressBlockedError, match="not a public address"):
        check_address(address, FetchPolicy())
    check_address(address, FetchPolicy(allow_private=True))


@pytest.mark.parametrize("port", [21, 22, 25, 81, 3306, 6379, 8000, 9200, 65535])
def test_other_ports_are_blocked(port: int) -> None:
    with pytest.raises(AddressBlockedError, match="port"):
        check_address(parse_address(f"http://a.example:{port}/"), FetchPolicy())


@pytest.mark.parametrize(
    "url", ["http://a.example/", "https://a.example/", "http://a.example:8080/", "https://a.example:8443/"]
)
def test_usual_ports_are_allowed(url: str) -> None:
    check_address(parse_address(url), FetchPolicy())


def test_one_private_answer_condemns_a_name() -> None:
    with pytest.raises(AddressBlockedError):
        check_resolved("a.example", ["8.8.8.8", "10.0.0.1"], FetchPolicy())
    assert check_resolved("a.example", ["8.8.8.8", "1.1.1.1"], FetchPolicy()) == ["8.8.8.8", "1.1.1.1"]


def test_user_info_does_not_hide_the_host() -> None:
    with pytest.raises(AddressBlockedError):
        parse_address("http://public.example@127.0.0.1/")
    assert parse_address("http://public.example\\@127.0.0.1/").host == "public.example"


@DRIVERS
@pytest.mark.parametrize("answer", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_name_that_resolves_privately_is_blocked_without_a_connection(driver: str, answer: str) -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        return [answer]

    with FaultServer(page=says(response())) as server:
        (error,) = fetch_in_turn(driver, ["http://rebind.example/page"], FetchPolicy(), resolver)
        assert not server.asked
    assert isinstance(error, AddressBlockedError)
    assert error.url == "http://rebind.example/page"
    assert asked == ["rebind.example"]


@DRIVERS
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]"])
def test_loopback_server_is_never_reached_by_default(driver: str, host: str) -> None:
    with FaultServer(page=says(response())) as server:
        (error,) = fetch_in_turn(driver, [server.url(host=host)], FetchPolicy())
        assert not server.asked
    assert isinstance(error, AddressBlockedError)


@DRIVERS
def test_one_look_up_a_connection_and_the_host_header_stays(driver: str) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    with FaultServer(page=says(response())) as server:
        (page,) = fetch_in_turn(driver, [server.url(host="portal.example")], policy(), resolver)
    assert isinstance(page, FetchedPage), page
    assert asked == [f"portal.example:{server.port}"]
    assert server.asked[0].headers["host"] == f"portal.example:{server.port}"


@DRIVERS
def test_next_address_is_tried_where_the_first_refuses(driver: str) -> None:
    with FaultServer(page=says(response())) as server:
        answers = ["127.0.0.2", "::1", "127.0.0.1"]  # the server listens on 127.0.0.1 only
        (page,) = fetch_in_turn(driver, [server.url(host="portal.example")], policy(), lambda _host, _port: answers)
    assert isinstance(page, FetchedPage), page
