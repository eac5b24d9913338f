-- What a million issues showed to be missing: rare channels, the answers that are due, the works of a unit.

create index issue_channel on issue (district, channel, accepted_at, id);
create index report_channel on report (district, channel, submitted_at, id);
create index report_to_answer on report (district, submitted_at, id) where status = 'joined' and is_answer_open;
create index issue_works on issue (district, unit_id, rectified_at) where works <> '[]'::jsonb;
