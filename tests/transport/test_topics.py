"""Topics and filters by table."""

import pytest

from hub.transport.topics import covers, is_filter, is_topic, matches


@pytest.mark.parametrize("topic", ["a", "a/b", "/a", "a//b", "$SYS/x", "灯/状态"])
def test_topics_that_may_be_published_on(topic: str) -> None:
    assert is_topic(topic)


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "a\x00b", "a\nb", "a\x7f", "a\ud800", "x" * 1025])
def test_topics_that_may_not(topic: str) -> None:
    assert not is_topic(topic)


@pytest.mark.parametrize(
    ("topic_filter", "is_good"),
    [
        ("#", True),
        ("a/#", True),
        ("+/+", True),
        ("a/+/b", True),
        ("a#", False),
        ("#/a", False),
        ("a+/b", False),
        ("", False),
    ],
)
def test_wildcards_stand_alone_in_their_level(topic_filter: str, is_good: bool) -> None:
    assert is_filter(topic_filter) is is_good


@pytest.mark.parametrize(
    ("topic_filter", "topic", "is_match"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("#", "a/b", True),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("a/b/c", "a/b", False),
    ],
)
def test_matching(topic_filter: str, topic: str, is_match: bool) -> None:
    assert matches(topic_filter, topic) is is_match


@pytest.mark.parametrize(
    ("allowed", "wanted", "is_covered"),
    [
        ("a/#", "a/+/c", True),
        ("a/#", "a/#", True),
        ("a/+", "a/b", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("a/b", "#", False),
        ("#", "$SYS/#", False),
        ("a/+/c", "a/+/c", True),
        ("a/+/c", "a/b", False),
    ],
)
def test_covering(allowed: str, wanted: str, is_covered: bool) -> None:
    assert covers(allowed, wanted) is is_covered
