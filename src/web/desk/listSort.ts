import type { Filters } from './useFilters.ts';

/**
 * How a list of issues is sorted unless told: the most pressing first. What is closed, void or held has no
 * clock running and would be left out of that order, so lists of such issues begin with the newest.
 */
export const usualSort = ({ status, clock }: Filters): 'due' | 'newest' =>
  clock === 'held' || ['closed', 'void', 'all'].includes(status ?? '') ? 'newest' : 'due';
