import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

/** So far beyond the edge of a list its rows are filled, so that scrolling meets no empty ones. Pixels. */
const beyond = 400;

/** Tells the rows of a list whether they are in sight or nearly so. */
export interface Nearby {
  isNear(row: Element): boolean;
  /** @returns ends it */
  follow(row: Element, onChange: (isNear: boolean) => void): () => void;
}

const listOf = (row: Element): Element | null => row.closest('[role="listbox"]');

/** One watch over all rows of a list. */
export function useNearby(): Nearby {
  const { nearby, stop } = useMemo(() => {
    const rows = new Map<Element, (isNear: boolean) => void>();
    let observer: IntersectionObserver | null = null;
    return {
      nearby: {
        isNear: (row: Element) => {
          const frame = listOf(row)?.getBoundingClientRect();
          const { top, bottom } = row.getBoundingClientRect();
          return frame !== undefined && bottom > frame.top - beyond && top < frame.bottom + beyond;
        },
        follow: (row: Element, onChange: (isNear: boolean) => void) => {
          rows.set(row, onChange);
          observer ??= new IntersectionObserver(
            (entries) => {
              for (const { target, isIntersecting } of entries) rows.get(target)?.(isIntersecting);
            },
            { root: listOf(row), rootMargin: `${beyond}px 0px` },
          );
          observer.observe(row);
          return () => {
            rows.delete(row);
            observer?.unobserve(row);
          };
        },
      },
      stop: () => {
        observer?.disconnect();
        observer = null;
      },
    };
  }, []);
  useEffect(() => stop, [stop]);
  return nearby;
}

/** Whether this row is worth filling. It is known before the first picture, so no row flashes. */
export function useIsNear<Row extends Element>(nearby: Nearby): { readonly row: RefObject<Row | null>; readonly isNear: boolean } {
  const row = useRef<Row>(null);
  const [isNear, setNear] = useState(false);
  useLayoutEffect(() => {
    const element = row.current;
    if (!element) return;
    setNear(nearby.isNear(element));
    return nearby.follow(element, setNear);
  }, [nearby]);
  return { row, isNear };
}
