"""What ministack, the local cloud, does not do as AWS does, and what slows it down: put right before it starts. Each
patch is a function whose docstring says what is lacking.
"""

from . import distributions, people, permissions, push, queues, speed, tables, websockets


def apply():
    """Applies all of them."""
    speed.tune()
    speed.read_pages()
    tables.keep_streams()
    tables.expire_rows()
    websockets.tell_who_connects()
    queues.redrive()
    push.name_endpoints()
    push.refuse_what_is_gone()
    push.record()
    permissions.name_resources()
    people.verify_addresses()
    people.confirm_before_reset()
    people.end_sessions_everywhere()
    people.go_through_people_safely()
    distributions.answer_below_a_path()
    distributions.compress()
