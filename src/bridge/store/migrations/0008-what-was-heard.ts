import type { Migration } from '../migrate.ts';

const columns = `
-- What says who picked up, in words; and how long either side spoke, as JSON.
ALTER TABLE attempts ADD COLUMN answer_reason TEXT;
ALTER TABLE attempts ADD COLUMN talk TEXT;
-- Where the time of a turn went, as JSON.
ALTER TABLE turns ADD COLUMN parts TEXT;
`;

export const whatWasHeard: Migration = {
  id: 8,
  name: 'what was heard',
  up: (sql) => sql.script(columns),
};
