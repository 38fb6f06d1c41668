"""One person's data: found, handed over, erased; and what is too old, forgotten on schedule.

The layers above register where a person's data stands in `cms.registries.personal_data_sources` (instances
of `cms.privacy.sources.PersonalDataSource`), and kinds of old rows in `cms.privacy.retention.kinds`. Whatever
else names the person in any column of any table is found by `cms.privacy.mentions`.
"""
