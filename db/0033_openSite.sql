-- Duplicates are found by site too: a caller names the site, and the issue was filed under it.
create index issue_open_site on issue (district, site_id, accepted_at desc)
  where site_id is not null and status in ('accepted', 'dispatched', 'claimed', 'rectified', 'verifying', 'passed');
