/** Written by `npm run generate` from the migrations in `db/`; do not edit. */
import type { Generated } from 'kysely';

export interface ApiKeyTable {
  district: string;
  id: string;
  version: number;
  status: string;
  sender_code: string;
  name: string;
  rights: string[];
  per_minute: number;
  area_code: string | null;
  hash: string;
  previous_hash: string | null;
  previous_ends_at: string | null;
  secret_id: string | null;
  previous_secret_id: string | null;
}

export interface ApiKeyUseTable {
  district: string;
  id: string;
  used_at: string;
}

export interface ApprovalTable {
  district: string;
  id: string;
  version: number;
  status: string;
  issue_id: string;
  kind: string;
  reason: string;
  payload: unknown;
  unit_id: string | null;
  asker_id: string;
  decider_id: string | null;
  opinion: string | null;
  asked_at: string;
  decided_at: string | null;
  due: string;
  escalate_at: string | null;
  clock: unknown;
}

export interface AreaTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  name: string;
  level: string;
  grade: string | null;
  is_demo: boolean;
  polygon: unknown;
  unit_id: string | null;
  land_use: string | null;
  begin_day: string | null;
  end_day: string | null;
  succeeded_by: string[];
  predecessors: string[];
}

export interface AssistTable {
  district: string;
  id: string;
  version: number;
  status: string;
  issue_id: string;
  attempt: number;
  unit_id: string;
  asker_unit_id: string | null;
  task: string;
  result: string | null;
  asked_at: string;
  claimed_at: string | null;
  done_at: string | null;
  due: string;
  escalate_at: string | null;
  clock: unknown;
}

export interface AttachmentTable {
  district: string;
  photo_id: string;
  event_id: string;
  noun: string;
  record_id: string;
  action: string;
  at: string;
}

export interface BackupRunTable {
  id: string;
  kind: string;
  status: string;
  started_at: string;
  ended_at: string | null;
  name: string | null;
  directory: string;
  bytes: number | null;
  written_bytes: number | null;
  events: number | null;
  photos: number | null;
  note: string | null;
}

export interface CalendarYearTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  year: number;
  is_announced: boolean;
  holidays: unknown;
  make_up_days: unknown;
  hours: unknown;
}

export interface CallbackTable {
  district: string;
  id: string;
  version: number;
  status: string;
  report_id: string;
  issue_id: string | null;
  closed_at: string | null;
  unit_id: string | null;
  open_unit_id: string | null;
  area_code: string;
  category_code: string | null;
  channel: string;
  kind: string | null;
  sender_code: string | null;
  is_confidential: boolean;
  is_forced: boolean;
  is_repeat: boolean;
  by_phone: boolean;
  by_code: boolean;
  opened_at: string;
  due: string | null;
  escalate_at: string | null;
  operator_id: string | null;
  claim_ends_at: string | null;
  attempt_count: number;
  last_attempt_at: string | null;
  next_at: string | null;
  visit_count: number;
  way: string | null;
  answerer_id: string | null;
  is_contacted: boolean | null;
  solved: string | null;
  satisfaction: string | null;
  why: string | null;
  ended_at: string | null;
  invalid_reason: string | null;
  contest_reason: string | null;
  contester_id: string | null;
  opinion: string | null;
  decider_id: string | null;
  reopens: boolean;
}

export interface CatalogLinkTable {
  district: string;
  id: string;
  version: number;
  status: string;
  kind: string;
  from_code: string;
  category_code: string | null;
  basis: string;
  reason: string | null;
  proposed_by: string;
  proposed_at: string;
  reviewed_by: string | null;
  reviewed_at: string | null;
  valid_from: string | null;
  valid_to: string | null;
}

export interface CategoryTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  name: string;
  kind: string;
  major_code: string;
  major_name: string;
  minor_code: string | null;
  legacy_code: string | null;
  is_extension: boolean;
  dispatch_rule: string;
  default_units: unknown;
  alley_tags: unknown;
  civility_fields: unknown;
  conditions: unknown;
  keywords: unknown;
  collect_rule: string | null;
  duplicate_radius: number;
  duplicate_window: number;
  source_flag: string;
  vouched_by: string | null;
  vouched_at: string | null;
}

export interface ClassifierModelTable {
  district: string;
  id: string;
  bytes: Buffer;
}

export interface ClassifierVersionTable {
  district: string;
  id: string;
  version: number;
  status: string;
  asked_at: string;
  trained_at: string | null;
  used_at: string | null;
  text_count: number;
  decided_count: number;
  figures: unknown;
  verdict: string | null;
}

export interface ClauseTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  scheme: string;
  site_types: unknown;
  item: string;
  measure: string;
  value: unknown;
  unit: string | null;
  wording: string;
  source_flag: string;
}

export interface CredentialTable {
  person_id: string;
  password_hash: string;
  must_change: boolean;
  failures: Generated<number>;
  failing_since: string | null;
  locked_until: string | null;
  changed_at: string;
}

export interface DeputyTable {
  district: string;
  id: string;
  version: number;
  status: string;
  post_id: string;
  deputy_post_id: string;
  from_day: string;
  to_day: string;
  note: string | null;
}

export interface DerivedTable {
  district: string;
  name: string;
  sealed_through: number;
}

export interface DownloadTable {
  district: string;
  id: string;
  version: number;
  status: string;
  list: string;
  form: string;
  columns: string[];
  filters: unknown;
  words: string | null;
  reason: string | null;
  asker_id: string;
  asker_post_id: string;
  asked_at: string;
  row_count: number | null;
  decider_id: string | null;
  decided_at: string | null;
  opinion: string | null;
  made_at: string | null;
  expires_at: string | null;
  size: number | null;
  sha256: string | null;
  taken_count: number;
  problem: string | null;
}

export interface DownloadRunTable {
  district: string;
  id: string;
  touched_at: string;
  row_count: number;
}

export interface DutyRuleTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  category_code: string | null;
  condition_no: number | null;
  area_code: string | null;
  area_grade: string | null;
  owner_unit_id: string | null;
  owner_kind: string | null;
  supervising_unit_id: string | null;
  responsible_by: string;
  responsible_unit_id: string | null;
  responsible_role: string | null;
  territory_unit_id: string | null;
  basis: string | null;
}

export interface EventTable {
  district: string;
  id: string;
  at: string;
  noun: string;
  record_id: string;
  version: number;
  action: string;
  actor: unknown;
  input: unknown;
  secrets: unknown;
  changes: unknown;
  facts: unknown;
  cause: string | null;
  request_id: string;
  performed_at: string | null;
}

export interface FindingTable {
  district: string;
  id: string;
  version: number;
  status: string;
  item: string;
  words: string | null;
  measure: number | null;
  measure_unit: string | null;
  category_code: string | null;
  site_id: string | null;
  area_code: string;
  address: string | null;
  lng: number | null;
  lat: number | null;
  unit_id: string | null;
  assessor_id: string | null;
  assessor_name: string | null;
  recorder_id: string;
  found_at: string;
  recorded_at: string;
  photo_count: number;
  report_id: string;
  load_id: string | null;
  row_key: string | null;
  withdrawn_reason: string | null;
  withdrawn_at: string | null;
}

export interface FindingLoadTable {
  district: string;
  id: string;
  person_id: string;
  created_at: string;
  file_name: string;
  sha256: string;
  size: number;
  form: string;
  status: string;
  head: unknown;
  profile: unknown;
  rows: number;
  done_rows: number;
  archive: unknown;
  counts: unknown;
  reasons: unknown;
  notes: unknown;
  marks: unknown;
  preview: unknown;
  wrapped_key: Buffer | null;
  rows_ciphertext: Buffer | null;
  applied_at: string | null;
  undone_at: string | null;
  refused_taken: Generated<unknown>;
}

export interface GroupPostTable {
  district: string;
  id: string;
  version: number;
  status: string;
  kind: string;
  unit_id: string | null;
  unit_name: string;
  day: string;
  from_at: string;
  until_at: string;
  figures: unknown;
  units: unknown;
  composed_at: string;
}

export interface HouseTable {
  name: string;
  value: Buffer;
}

export interface IndicatorTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  name: string;
  edition: string;
  parent_code: string | null;
  methods: string[];
  site_types: string[];
  category_codes: string[];
  source_flag: string;
  vouched_by: string | null;
  vouched_at: string | null;
}

export interface IntakeMessageTable {
  district: string;
  sender_code: string;
  id: string;
  digest: Buffer;
  at: string;
  answer: unknown;
}

export interface IssueTable {
  district: string;
  id: string;
  version: number;
  status: string;
  number: string;
  channel: string;
  urgency: string;
  attempt: number;
  category_id: string;
  category_code: string;
  condition_no: number;
  time_limit: unknown;
  description: string;
  address: string | null;
  area_code: string;
  site_id: string | null;
  lng: number | null;
  lat: number | null;
  unit_id: string | null;
  assist_unit_ids: string[];
  party_unit_ids: string[];
  open_assist_count: number;
  officer_post_id: string | null;
  officer_id: string | null;
  verify_post_id: string | null;
  verifier_id: string | null;
  verify_area_code: string | null;
  acted_ids: string[];
  pending_consents: string[];
  report_count: number;
  photo_count: number;
  return_count: number;
  extension_count: number;
  hold_count: number;
  merged_count: number;
  appeal_count: number;
  is_urgent: boolean;
  is_day_and_night: boolean;
  is_held: boolean;
  hold_kind: string | null;
  hold_until: string | null;
  is_forced: boolean;
  is_exempt: boolean;
  recurring: boolean;
  recurrence_of: string | null;
  merged_into: string | null;
  before_merge: unknown;
  works: unknown;
  accepted_at: string;
  dispatched_at: string | null;
  claimed_at: string | null;
  rectified_at: string | null;
  device_rectified_at: string | null;
  counted_rectified_at: string | null;
  verified_at: string | null;
  closed_at: string | null;
  desk_due: string | null;
  claim_due: string | null;
  rectify_due: string | null;
  verify_due: string | null;
  remaining_minutes: number | null;
  claim_escalations: unknown;
  escalate_at: string | null;
  escalation_level: number;
  clocks: unknown;
  grade: string | null;
  milestones: unknown;
  milestone_due: string | null;
  current_due: Generated<string | null>;
  owner_unit_id: string | null;
  suggested_unit_id: string | null;
  duty_rule_id: string | null;
  is_overruled: boolean;
  is_ownerless: boolean;
}

export interface JobTable {
  id: Generated<number>;
  district: string;
  kind: string;
  event_id: string;
  run_at: string;
  attempts: Generated<number>;
  problem: string | null;
}

export interface MigrationTable {
  name: string;
  digest: string;
  at: Generated<string>;
}

export interface NoticeTable {
  district: string;
  id: string;
  person_id: string;
  event_id: string;
  noun: string;
  record_id: string;
  words: string;
  at: string;
  read_at: string | null;
}

export interface NoticeChannelTable {
  district: string;
  id: string;
  version: number;
  status: string;
  name: string;
  settings: unknown;
  unit_id: string | null;
  page_url: string | null;
  secret_id: string;
}

export interface NoticeChoiceTable {
  district: string;
  id: string;
  version: number;
  status: string;
  person_id: string;
  phone_id: string | null;
  email_id: string | null;
  duties: unknown;
  hours: unknown;
}

export interface NoticeDefaultTable {
  district: string;
  id: string;
  version: number;
  status: string;
  role: string;
  ways: unknown;
  hours: unknown;
}

export interface NoticeMessageTable {
  district: string;
  id: string;
  channel_id: string;
  person_id: string | null;
  matter: string;
  kind: string;
  content: unknown;
  is_urgent: boolean;
  status: string;
  attempts: number;
  made_at: string;
  due_at: string;
  first_at: string;
  last_at: string | null;
  reason: string | null;
}

export interface NumberBlockTable {
  district: string;
  series: string;
  day: string;
  next: number;
}

export interface OrderChunkTable {
  district: string;
  load_id: string;
  n: number;
  wrapped_key: Buffer;
  ciphertext: Buffer;
  marks: unknown;
}

export interface OrderClassTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  sender_code: string;
  levels: string[];
  explain: string | null;
}

export interface OrderLineTable {
  district: string;
  sender_code: string;
  outside_number: string;
  report_id: string;
  load_id: string;
  changed_load_id: string | null;
  digests: unknown;
  is_undone: Generated<boolean>;
  stays: string | null;
  visit_id: string | null;
  visit_load_id: string | null;
  visit_before_id: string | null;
  change_event_id: string | null;
  digests_before: unknown;
}

export interface OrderLoadTable {
  district: string;
  id: string;
  sender_code: string;
  person_id: string;
  created_at: string;
  file_name: string;
  sha256: string;
  size: number;
  form: string;
  status: string;
  head: unknown;
  profile: unknown;
  map: unknown;
  is_historic: boolean;
  rows: number;
  chunks: number;
  done_chunks: number;
  counts: unknown;
  found: unknown;
  reasons: unknown;
  notes: unknown;
  applied_at: string | null;
  undone_at: string | null;
  refused_taken: Generated<unknown>;
}

export interface OutsideAddressTable {
  district: string;
  id: string;
  version: number;
  status: string;
  host: string;
  port: number | null;
  purpose: string;
}

export interface PatronTable {
  district: string;
  id: string;
  version: number;
  status: string;
  area_code: string;
  person_id: string | null;
  name: string;
  title: string;
  from_day: string;
  to_day: string | null;
}

export interface PersonTable {
  district: string;
  id: string;
  version: number;
  status: string;
  name: string;
  login: string;
  is_demo: boolean;
  signed_in_at: string | null;
}

export interface PhotoTable {
  district: string;
  id: string;
  person_id: string;
  sha256: string;
  size: number;
  status: string;
  kind: string | null;
  width: number | null;
  height: number | null;
  taken_at: string | null;
  lng: number | null;
  lat: number | null;
  created_at: string;
  completed_at: string | null;
  destroyed_at: string | null;
  destroyed_reason: string | null;
  dhash: string | null;
}

export interface PlatformCaseTable {
  district: string;
  id: string;
  version: number;
  status: string;
  issue_id: string;
  subscription_id: string;
  unit_id: string;
  foreign_number: string | null;
  foreign_state: string | null;
  state_at: string | null;
  problem: string | null;
  pushed_at: string;
  arrived_at: string | null;
  ended_at: string | null;
}

export interface PostTable {
  district: string;
  id: string;
  version: number;
  status: string;
  person_id: string;
  role: string;
  line: string;
  title: string;
  unit_id: string | null;
  area_code: string | null;
}

export interface ReportTable {
  district: string;
  id: string;
  version: number;
  status: string;
  number: string;
  channel: string;
  sender_code: string | null;
  outside_number: string | null;
  origin_noun: string | null;
  origin_id: string | null;
  kind: string | null;
  urgency: string;
  content: string;
  address: string | null;
  area_code: string;
  site_id: string | null;
  category_code: string | null;
  lng: number | null;
  lat: number | null;
  is_confidential: boolean;
  complainant_name: string | null;
  complainant_phone: string | null;
  is_anonymized: boolean;
  follow_hash: string | null;
  reporter_id: string | null;
  confirmer_id: string | null;
  confirm_post_id: string | null;
  confirm_result: string | null;
  confirm_words: string | null;
  issue_id: string | null;
  status_before_join: string | null;
  decline_reason: string | null;
  answer: string | null;
  is_answer_open: boolean;
  is_historic: boolean;
  submitted_at: string;
  claimed_at: string | null;
  answered_at: string | null;
  accept_due: string | null;
  confirm_due: string | null;
  answer_due: string | null;
  escalate_at: string | null;
  escalated_clock: string | null;
  photo_count: number;
  clocks: unknown;
  complainant_email: string | null;
  outside_class: string | null;
}

export interface RequestTable {
  district: string;
  id: string;
  digest: Buffer;
  event_id: string;
}

export interface RosterTable {
  district: string;
  id: string;
  version: number;
  status: string;
  unit_id: string;
  post_id: string;
  weekdays: unknown;
  starts_at: string;
  ends_at: string;
  day: string | null;
}

export interface SealTable {
  district: string;
  number: number;
  event_id: string;
  hash: Buffer;
  at: string;
}

export interface SearchTable {
  district: string;
  noun: string;
  record_id: string;
  words: string;
}

export interface SecretTable {
  district: string;
  id: string;
  noun: string;
  record_id: string;
  field: string;
  wrapped_key: Buffer | null;
  ciphertext: Buffer | null;
  created_at: string;
}

export interface SenderTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  name: string;
  channel: string;
  order_map: unknown;
  expect_minutes: number | null;
  expected_at: string | null;
  missed_at: string | null;
}

export interface SessionTable {
  token_hash: Buffer;
  person_id: string;
  district: string | null;
  post_id: string | null;
  csrf: string;
  created_at: string;
  seen_at: string;
  expires_at: string;
  id: Generated<string>;
  device: Generated<string>;
  confirmed_at: string | null;
}

export interface SettingTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  valid_from: string;
  valid_to: string | null;
  value: unknown;
}

export interface SheetLoadTable {
  district: string;
  id: string;
  sheet: string;
  person_id: string;
  created_at: string;
  file_name: string;
  sha256: string;
  size: number;
  status: string;
  counts: unknown;
  notes: unknown;
  diff: unknown;
  applied: unknown;
  applied_at: string | null;
  undone_at: string | null;
}

export interface SimulationTable {
  district: string;
  began_at: string;
  lived_through: string;
  wanted_until: string;
  issues_a_day: number;
  event_count: number;
  issue_count: number;
}

export interface SiteTable {
  district: string;
  id: string;
  version: number;
  status: string;
  name: string;
  site_type: string;
  area_code: string;
  unit_id: string | null;
  address: string | null;
  lng: number | null;
  lat: number | null;
}

export interface SubscriptionTable {
  district: string;
  id: string;
  version: number;
  status: string;
  name: string;
  url: string;
  kinds: unknown;
  area_code: string | null;
  unit_id: string | null;
  sender_code: string | null;
  secret_id: string;
  previous_secret_id: string | null;
  previous_ends_at: string | null;
  pause_reason: string | null;
  push: unknown;
}

export interface TotpTable {
  person_id: string;
  wrapped_key: Buffer | null;
  ciphertext: Buffer | null;
  pending_key: Buffer | null;
  pending_text: Buffer | null;
  last_step: Generated<number>;
  recovery: Generated<Buffer[]>;
  failures: Generated<number>;
  failing_since: string | null;
}

export interface UnitTable {
  district: string;
  id: string;
  version: number;
  status: string;
  code: string;
  name: string;
  kind: string;
  parent_id: string | null;
  area_code: string | null;
  guide_unit_id: string | null;
  lead_unit_id: string | null;
  member_unit_ids: string[];
  aliases: unknown;
  merged_into: string | null;
  duty_roles: unknown;
}

export interface UnsealedTable {
  district: string;
  event_id: string;
  number: Generated<number>;
}

export interface WebhookDeliveryTable {
  district: string;
  subscription_id: string;
  id: string;
  number: number;
  kind: string;
  record_id: string;
  status: string;
  attempts: number;
  first_at: string;
  last_at: string | null;
  next_at: string;
  http_status: number | null;
  reason: string | null;
}

export interface WebhookStateTable {
  district: string;
  subscription_id: string;
  sealed_through: number;
  sent: number;
  succeeded_at: string | null;
  failing_since: string | null;
  problem: string | null;
}

export interface Tables {
  api_key: ApiKeyTable;
  api_key_use: ApiKeyUseTable;
  approval: ApprovalTable;
  area: AreaTable;
  assist: AssistTable;
  attachment: AttachmentTable;
  backup_run: BackupRunTable;
  calendar_year: CalendarYearTable;
  callback: CallbackTable;
  catalog_link: CatalogLinkTable;
  category: CategoryTable;
  classifier_model: ClassifierModelTable;
  classifier_version: ClassifierVersionTable;
  clause: ClauseTable;
  credential: CredentialTable;
  deputy: DeputyTable;
  derived: DerivedTable;
  download: DownloadTable;
  download_run: DownloadRunTable;
  duty_rule: DutyRuleTable;
  event: EventTable;
  finding: FindingTable;
  finding_load: FindingLoadTable;
  group_post: GroupPostTable;
  house: HouseTable;
  indicator: IndicatorTable;
  intake_message: IntakeMessageTable;
  issue: IssueTable;
  job: JobTable;
  migration: MigrationTable;
  notice: NoticeTable;
  notice_channel: NoticeChannelTable;
  notice_choice: NoticeChoiceTable;
  notice_default: NoticeDefaultTable;
  notice_message: NoticeMessageTable;
  number_block: NumberBlockTable;
  order_chunk: OrderChunkTable;
  order_class: OrderClassTable;
  order_line: OrderLineTable;
  order_load: OrderLoadTable;
  outside_address: OutsideAddressTable;
  patron: PatronTable;
  person: PersonTable;
  photo: PhotoTable;
  platform_case: PlatformCaseTable;
  post: PostTable;
  report: ReportTable;
  request: RequestTable;
  roster: RosterTable;
  seal: SealTable;
  search: SearchTable;
  secret: SecretTable;
  sender: SenderTable;
  session: SessionTable;
  setting: SettingTable;
  sheet_load: SheetLoadTable;
  simulation: SimulationTable;
  site: SiteTable;
  subscription: SubscriptionTable;
  totp: TotpTable;
  unit: UnitTable;
  unsealed: UnsealedTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_state: WebhookStateTable;
}
