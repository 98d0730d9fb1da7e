"""Patches of S3."""


def release_versions():
    """Keeps the data of versions on disk only, if the engine saves its state. ministack also keeps
    the data of each version in memory, current and deleted ones, so its memory grows with each
    upload.
    """
    from ministack.services import s3

    make_entry = s3._version_entry_from_record

    def make_without_data(obj, version_id, data):
        return make_entry(obj, version_id, None if s3.S3_PERSIST else data)

    s3._version_entry_from_record = make_without_data
