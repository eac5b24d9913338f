/** Accepted texts 已受理来件: what was reported and which category an officer gave it, to learn from. */
import type pg from 'pg';
import type { Sample } from '../domain/classifier.ts';

/**
 * The newest accepted reports of a district that are not confidential, labeled with the category of the
 * issue they belong to. Reports of one issue are near-doubles.
 */
export async function acceptedTexts(
  pool: pg.Pool,
  district: string,
  limit: number,
): Promise<Sample[]> {
  const { rows } = await pool.query<Sample>(
    `select report.content as text, issue.category_code as label, issue.id as "group"
     from report join issue on issue.district = report.district and issue.id = report.issue_id
     where report.district = $1 and not report.is_confidential
     order by report.submitted_at desc, report.id
     limit $2`,
    [district, limit],
  );
  return rows;
}
