/**
 * Catalog 目录对应: what the map between catalogs says at a moment, from master data in memory. The one place
 * that reads an order's own class as a 小类.
 */
import { isLinkInForce, type CatalogLink, type LinkKind } from '../../domain/catalogLink.ts';
import type { LinkRef } from '../../domain/facts.ts';
import type { Indicator } from '../../domain/indicator.ts';
import type { Moment } from '../../domain/moment.ts';
import { classCode } from '../../domain/orderClass.ts';
import type { FactContext } from '../facts.ts';
import { inForce } from '../inForce.ts';
import type { MasterData } from '../masterData.ts';

type Links = Pick<MasterData, 'catalogLinks'>;

/** The links in force of one kind; of a class the one that began last. */
export function linksInForce({ catalogLinks: all }: Links, kind: LinkKind, at: Moment) {
  const found = all.filter((link) => link.kind === kind && isLinkInForce(link, at));
  return found.sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1));
}

/** How classes of orders are read at a moment, by the code of the class. */
export const classLinks = (master: Links, at: Moment): Map<string, CatalogLink> =>
  new Map(linksInForce(master, 'class', at).map((link) => [link.fromCode, link]));

/** The 小类 a sender's class is, when it was mapped and reviewed and the 小类 is in force. */
export function categoryOfClass(
  master: MasterData,
  { senderCode, outsideClass }: { senderCode: string | null; outsideClass: string | null },
  at: Moment,
): string | undefined {
  if (senderCode === null || outsideClass === null) return undefined;
  const code = classCode(senderCode, outsideClass);
  const known = master.catalogLinks.filter(({ fromCode }) => fromCode === code);
  const link = classLinks({ catalogLinks: known }, at).get(code);
  return link?.categoryCode && master.category(link.categoryCode, at)
    ? link.categoryCode
    : undefined;
}

/** The indicators in force, by code. */
export const indicatorsAt = ({ indicators }: MasterData, at: Moment): Indicator[] =>
  [...inForce(indicators, at).values()].sort((a, b) => (a.code < b.code ? -1 : 1));

/** The fact `indicator`. */
export function indicatorOf({
  master,
  noun,
  input,
  now,
}: Pick<FactContext, 'master' | 'noun' | 'input' | 'now'>): Indicator | null {
  const code = noun === 'indicator' ? input.code : input.kind === 'indicator' && input.fromCode;
  return (
    inForce(
      master.indicators.filter((row) => row.code === code),
      now,
    )
      .values()
      .next().value ?? null
  );
}

/** The fact `catalogLinks`, those that this transaction has changed as they stand in it. */
export function catalogLinks({
  master,
  input,
  record,
  planned,
}: Pick<FactContext, 'master' | 'input' | 'record' | 'planned'>): LinkRef[] {
  const kind = input.kind ?? record.kind;
  const fromCode = input.fromCode ?? record.fromCode;
  const changed = planned('catalogLink') as unknown as CatalogLink[];
  const all = new Map([...master.catalogLinks, ...changed].map((link) => [link.id, link]));
  return [...all.values()].flatMap((link) => {
    const { id, status, categoryCode, validFrom, validTo } = link;
    const isMeant = link.kind === kind && link.fromCode === fromCode && link.id !== record.id;
    return isMeant && (status === 'proposed' || validFrom !== null)
      ? [{ id, status, categoryCode, validFrom, validTo }]
      : [];
  });
}
