/**
 * Area shapes 离线区域边界: what a phone keeps of the boundaries around its person, so that a position becomes
 * an area without signal. Boundaries are no secret of anybody and stay on the phone for the next one.
 */
import { useEffect, useMemo, useState } from 'react';
import type { QueryOutput } from '../../domain/api.ts';
import { areaAt, placeIndex, unpackPolygon } from '../../domain/place.ts';
import { ask } from '../client.ts';
import { useSession } from '../session.tsx';

type Shapes = QueryOutput<'areaShapes'>;

function kept(key: string): Shapes | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Shapes | null;
  } catch {
    return null;
  }
}

function keep(key: string, shapes: Shapes): void {
  try {
    localStorage.setItem(key, JSON.stringify(shapes));
  } catch {
    // A full or closed storage: the boundaries last as long as the page.
  }
}

/** The most detailed area around a position; undefined while no boundaries are known. */
export function useAreaOf(
  district: string,
): ((position: { lng: number; lat: number }) => string | null) | undefined {
  const { post } = useSession();
  const key = `civicloop.areas.${district}.${post?.areaCode ?? ''}`;
  const [shapes, setShapes] = useState(() => kept(key));
  useEffect(() => {
    let isOver = false;
    const known = kept(key);
    ask('areaShapes', district, known ? { version: known.version } : {})
      .then((answer) => {
        if (answer.areas === null) return;
        keep(key, answer);
        if (!isOver) setShapes(answer);
      })
      .catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [district, key]);
  return useMemo(() => {
    if (!shapes?.areas || shapes.areas.length === 0) return undefined;
    const index = placeIndex(
      shapes.areas.map(({ code, polygon }) => ({ code, polygon: unpackPolygon(polygon) })),
    );
    return ({ lng, lat }) => areaAt(index, lng, lat);
  }, [shapes]);
}
