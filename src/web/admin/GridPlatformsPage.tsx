/** Grid platforms 网格平台: which platforms get cases, by what rule, and whether these get there. */
import { Subscribers } from './SubscriptionsPage.tsx';

const GridPlatformsPage = () => <Subscribers kind="platform" />;
export default GridPlatformsPage;
