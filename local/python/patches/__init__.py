"""Patches of ministack for differences from AWS and for slow code. `engine.py` applies them before
ministack starts. Each function that `apply` calls is a patch. Its docstring describes the effect of
the patch, and the difference from AWS.
"""

from . import apis, calls, distributions, keys, objects, permissions, push, queues, recording, speed, tables, users, websockets


def apply():
    """Applies all patches."""
    speed.shorten_waits()
    speed.parse_policies_once()
    speed.query_single_pages()
    tables.save_streams()
    tables.expire_rows()
    websockets.identify_callers()
    websockets.report_refusals()
    queues.support_redrive()
    queues.retry_throttled_batches()
    queues.read_concurrency_as_number()
    push.rename_endpoints()
    push.reject_invalid_targets()
    push.record_messages()
    permissions.resolve_resources()
    permissions.name_source_owner()
    permissions.describe_updates()
    permissions.match_line_breaks()
    users.verify_addresses()
    users.require_confirmation_before_reset()
    users.check_tokens_after_sign_out()
    users.verify_before_update()
    users.check_write_attributes()
    users.iterate_over_snapshots()
    objects.release_versions()
    objects.check_parts()
    apis.import_mock_responses()
    apis.decode_method_paths()
    apis.render_denials()
    keys.take_keys_from_authorizers()
    keys.count_calls()
    keys.refuse_missing_keys()
    keys.read_limits_as_numbers()
    distributions.serve_site()
    distributions.reach_origins()
    distributions.report_missing_objects()
    distributions.remove_cookies()
    distributions.cache_replies_of_apis()
    distributions.compress_text()
    # After the patches of DynamoDB, so that it records their answers.
    recording.record_database_calls()
    calls.record_calls()  # Last, around the other patches.
