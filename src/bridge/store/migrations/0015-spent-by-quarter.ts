import type { Migration } from '../migrate.ts';

const quarterMs = 15 * 60_000;

const tables = `
-- What calls have cost, by the quarter of an hour in which they were dialled: midnight begins a quarter in every time zone. Asked for before
-- each dial, so that it costs no more after 10,000 calls than after one.
CREATE TABLE spent_by_quarter (
  world TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  PRIMARY KEY (world, from_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO spent_by_quarter
  SELECT world, created_at_ms - created_at_ms % ${quarterMs} AS from_ms, sum(cost_micros) FROM attempts WHERE cost_micros <> 0
  GROUP BY world, from_ms;
CREATE TRIGGER cost_counted_by_quarter AFTER UPDATE OF cost_micros ON attempts WHEN new.cost_micros <> old.cost_micros BEGIN
  INSERT INTO spent_by_quarter
    VALUES (new.world, new.created_at_ms - new.created_at_ms % ${quarterMs}, new.cost_micros - old.cost_micros)
    ON CONFLICT DO UPDATE SET micros = micros + excluded.micros;
END;
CREATE TRIGGER cost_uncounted_by_quarter AFTER DELETE ON attempts WHEN old.cost_micros <> 0 BEGIN
  UPDATE spent_by_quarter SET micros = micros - old.cost_micros
    WHERE world = old.world AND from_ms = old.created_at_ms - old.created_at_ms % ${quarterMs};
END;
`;

export const spentByQuarter: Migration = {
  id: 15,
  name: 'spent by quarter of an hour',
  up: (sql) => sql.script(tables),
};
