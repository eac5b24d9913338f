-- What a million issues showed to be read without an index: reports of a rare category, all approvals and
-- assists in order, and open issues in the order of their limits by category, area or unit.

create index report_category on report (district, category_code, submitted_at, id) where category_code is not null;
create index approval_time on approval (district, asked_at, id);
create index assist_time on assist (district, asked_at, id);
create index issue_category_due on issue (district, category_code, current_due, id) where current_due is not null;
create index issue_area_due on issue (district, area_code, current_due, id) where current_due is not null;
create index issue_unit_due on issue (district, unit_id, current_due, id) where current_due is not null;
create index report_due on report (district, (case status when 'submitted' then accept_due
  when 'confirming' then confirm_due when 'joined' then answer_due end))
  where status in ('submitted', 'confirming', 'joined');
