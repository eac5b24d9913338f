/** Report place: where a matter is, by what was given of it: site, area, point and words. */
import { withDetail } from './areaCode.ts';
import type { AreaFact, SiteFact } from './facts.ts';

interface GivenPlace {
  siteId?: string | undefined;
  areaCode?: string | undefined;
  address?: string | undefined;
  place?: { lng: number; lat: number } | undefined;
}

interface PlaceFacts {
  area: AreaFact | null;
  areaOfPoint: string | null;
  site: SiteFact | null;
}

/** What is said goes before what the site has; the area becomes as detailed as the point allows. */
export const placeOfMatter = (
  given: GivenPlace,
  { area, areaOfPoint, site }: PlaceFacts,
  district: string,
) => ({
  siteId: given.siteId ?? null,
  areaCode: withDetail((given.areaCode && area?.code) ?? site?.areaCode ?? district, areaOfPoint),
  address: given.address ?? site?.address ?? null,
  lng: given.place?.lng ?? site?.lng ?? null,
  lat: given.place?.lat ?? site?.lat ?? null,
});
