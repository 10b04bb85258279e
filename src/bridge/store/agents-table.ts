import type { Agent, AgentDraft } from '#bridge/contract/agents.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AgentId } from '#bridge/contract/ids.ts';
import { fromJson, isoOf } from './columns.ts';
import { newId } from './new-id.ts';
import type { Sql } from './sql.ts';
import type { AgentTable } from './store.ts';

interface AgentRow {
  readonly id: AgentId;
  readonly version: number;
  readonly recipe: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

const columns = 'a.id, v.version, v.recipe, a.created_at_ms, v.created_at_ms AS updated_at_ms';

export function agentTable(sql: Sql, now: () => number): AgentTable {
  const newest = (id: AgentId) =>
    sql.one<AgentRow>(
      `SELECT ${columns} FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version WHERE a.id = ?`,
      id,
    );

  const addVersion = (id: AgentId, version: number, recipe: AgentDraft) =>
    sql.run(
      'INSERT INTO agent_versions (agent_id, version, recipe, created_at_ms) VALUES (?, ?, ?, ?)',
      id,
      version,
      JSON.stringify(recipe),
      now(),
    );

  const existing = (id: AgentId): AgentRow => {
    const row = newest(id);
    if (!row) throw new BridgeError('not-found', `There is no agent ${id}.`);
    return row;
  };

  return {
    create: (draft) =>
      sql.transaction(() => {
        const id = newId<AgentId>('agent');
        sql.run('INSERT INTO agents (id, version, created_at_ms) VALUES (?, 1, ?)', id, now());
        addVersion(id, 1, draft);
        return toAgent(existing(id));
      }),

    update: (id, change) =>
      sql.transaction(() => {
        const row = existing(id);
        const named = Object.fromEntries(Object.entries(change).filter(([field, value]) => field !== 'id' && value !== undefined));
        const recipe = Object.entries({ ...fromJson<AgentDraft>(row.recipe), ...named }).filter(([, value]) => value !== null);
        addVersion(id, row.version + 1, Object.fromEntries(recipe) as AgentDraft);
        sql.run('UPDATE agents SET version = ? WHERE id = ?', row.version + 1, id);
        return toAgent(existing(id));
      }),

    get: (id, version) => {
      const row =
        version === undefined
          ? newest(id)
          : sql.one<AgentRow>(
              `SELECT ${columns} FROM agents a JOIN agent_versions v ON v.agent_id = a.id WHERE a.id = ? AND v.version = ?`,
              id,
              version,
            );
      return row ? toAgent(row) : null;
    },

    versions: (id) =>
      sql
        .all<AgentRow>(
          `SELECT ${columns} FROM agents a JOIN agent_versions v ON v.agent_id = a.id WHERE a.id = ? ORDER BY v.version DESC`,
          id,
        )
        .map(toAgent),

    list: () =>
      sql
        .all<AgentRow>(
          `SELECT ${columns} FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version ORDER BY a.seq`,
        )
        .map(toAgent),
  };
}

function toAgent(row: AgentRow): Agent {
  return {
    ...fromJson<AgentDraft>(row.recipe),
    id: row.id,
    version: row.version,
    createdAt: isoOf(row.created_at_ms),
    updatedAt: isoOf(row.updated_at_ms),
  };
}
