/** The columns of the table of calls, in their order. `cell` is the class of its cells where they differ; the widths are in the stylesheet. */
export const columns = [
  { key: 'outcome', head: 'Outcome', cell: 'first' },
  { key: 'lead', head: 'Lead', cell: null },
  { key: 'number', head: 'Number', cell: null },
  { key: 'campaign', head: 'Campaign', cell: null },
  { key: 'when', head: 'When', cell: null },
  { key: 'talked', head: 'Talked', cell: 'figure' },
  { key: 'disposition', head: 'Disposition', cell: 'after' },
  { key: 'points', head: 'Points', cell: 'points' },
  { key: 'rung', head: 'Rung', cell: null },
  { key: 'carrier', head: 'Carrier', cell: null },
  { key: 'cost', head: 'Cost', cell: 'figure' },
  { key: 'person', head: 'Person', cell: 'last' },
] as const;
