import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readInBatches, readListInThread } from '#bridge/campaigns/import/import-csv.ts';
import { leadImport, leadImportResult } from '#bridge/contract/leads.ts';
import { newYorker, openCampaignDesk } from '#test/support/campaign-desk.ts';
import { newLead, temporaryFolder } from '#test/support/store.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/leads/${name}`, import.meta.url));

/** A list of valid numbers, a fiftieth of them twice and a fiftieth of them bad. */
function largeList(rows: number): string {
  const lines = ['phone,first name,last name,company,state,notes'];
  for (let index = 0; index < rows; index += 1) {
    const number = `+1${['212', '312', '213', '415'][index % 4]}${String(2_000_000 + Math.floor(index / 4))}`;
    const phone = index % 50 === 7 ? '2.1E+09' : index % 50 === 8 ? '+12122000000' : number;
    lines.push(`${phone},First${index},Last,"Company, No ${index}",${['NY', 'IL', 'CA', 'CA'][index % 4]},some notes about lead ${index}`);
  }
  return lines.join('\n');
}

describe('an import', () => {
  it('stores the leads and tells what became of every row', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign({}, [newLead('+12125550102')]);
    const consent = { basis: 'written', source: 'web form' };
    const result = await desk.campaigns.importLeads(leadImport.parse({ campaignId, path: fixture('spreadsheet-damage.csv'), consent }));
    expect(leadImportResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({ imported: 3, duplicates: 1, rejectedCount: 8, rows: 12, encoding: 'utf-8', delimiter: ',' });
    expect(result.mapping).toEqual({ phone: 'phone' });
    const leads = [...desk.store.leads.each(campaignId)];
    expect(leads.map((lead) => lead.phone)).toEqual(['+12125550102', '+12125550101', '+12125550103', '+12125550104']);
    expect(leads[1]).toMatchObject({ consent, country: 'US', timeZones: ['America/New_York'], state: 'ready', fields: { name: 'float' } });
  });

  it('of the same list twice adds nobody', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign();
    const input = leadImport.parse({ campaignId, csv: `phone\n${newYorker(1)}\n${newYorker(2)}\n` });
    expect(await desk.campaigns.importLeads(input)).toMatchObject({ imported: 2, duplicates: 0 });
    expect(await desk.campaigns.importLeads(input)).toMatchObject({ imported: 0, duplicates: 2 });
  });

  it('that only looks stores nothing and counts the same', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign({}, [newLead('+12125550102')]);
    const input = { campaignId, path: fixture('duplicates.csv') };
    const looked = await desk.campaigns.importLeads(leadImport.parse({ ...input, dryRun: true }));
    expect([...desk.store.leads.each(campaignId)]).toHaveLength(1);
    expect(looked).toMatchObject({ imported: 1, duplicates: 3 });
    expect(await desk.campaigns.importLeads(leadImport.parse(input))).toEqual(looked);
  });

  it('of what is no list changes nothing', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign();
    await expect(desk.campaigns.importLeads(leadImport.parse({ campaignId, path: fixture('workbook.csv') }))).rejects.toMatchObject({
      code: 'input/invalid',
      details: [{ field: 'path', message: expect.stringContaining('Excel') }],
    });
    await expect(
      desk.campaigns.importLeads(leadImport.parse({ campaignId, csv: 'a,b\n1,2\n', mapping: { phone: 'c' } })),
    ).rejects.toMatchObject({ code: 'input/invalid', details: [{ field: 'mapping.phone' }] });
    expect([...desk.store.leads.each(campaignId)]).toEqual([]);
  });

  it('into a stopped campaign is refused', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign({}, [newYorker(0)]);
    desk.campaigns.start(campaignId);
    await desk.campaigns.stop(campaignId);
    await expect(desk.campaigns.importLeads(leadImport.parse({ campaignId, csv: 'phone\n' }))).rejects.toMatchObject({
      code: 'state/conflict',
    });
  });

  it('lists a thousand bad rows and counts them all', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign();
    const result = await desk.campaigns.importLeads(leadImport.parse({ campaignId, csv: `phone\n${'abc\n'.repeat(1_500)}` }));
    expect(result).toMatchObject({ rejectedCount: 1_500, imported: 0 });
    expect(result.rejected).toHaveLength(1_000);
    expect(result.rejected[999]).toMatchObject({ row: 1_001, value: 'abc' });
  });

  it('of a large list tells its progress and lets everybody else have their turn', async () => {
    await using desk = await openCampaignDesk();
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'large.csv');
    await writeFile(path, largeList(20_000));
    const { id: campaignId } = desk.campaign();
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 5);
    const result = await desk.campaigns.importLeads(leadImport.parse({ campaignId, path }));
    clearInterval(ticking);
    expect(result).toMatchObject({ rows: 20_000, rejectedCount: 400, duplicates: 400, imported: 19_200 });
    expect(desk.store.campaigns.totals(campaignId).leads).toEqual({ ready: 19_200 });
    const progress = desk.events.filter((event) => event.type === 'import.progress');
    expect(progress.length).toBeGreaterThan(15);
    expect(progress.at(-1)).toMatchObject({ rows: 20_000, bytes: progress.at(-1)?.totalBytes });
    expect(turns).toBeGreaterThan(20);
  });

  it('ends when the bridge closes; what was stored stays', async () => {
    await using desk = await openCampaignDesk();
    const { id: campaignId } = desk.campaign();
    const importing = desk.campaigns.importLeads(leadImport.parse({ campaignId, csv: largeList(50_000) }));
    const ended = expect(importing).rejects.toMatchObject({ code: 'unavailable' });
    while ((desk.store.campaigns.totals(campaignId).leads.ready ?? 0) === 0) await new Promise((resume) => setTimeout(resume, 5));
    await desk.campaigns.close();
    await ended;
    expect(desk.store.campaigns.totals(campaignId).leads.ready).toBeLessThan(48_000);
  });
});

describe('a do-not-call list', () => {
  it('is imported whatever it looks like, for one world', async () => {
    await using desk = await openCampaignDesk();
    const csv = '+1 212 555 0101\n212-555-0102\nnot a number\n2125550101\n';
    const result = await desk.campaigns.importSuppressions({ csv, reason: 'registry', defaultRegion: 'US', world: 'real' });
    expect(result).toEqual({ added: 2, alreadyThere: 1, rejected: [{ row: 3, reason: expect.any(String), value: 'not a number' }] });
    expect(desk.store.suppressions.has('+12125550102', 'real')).toMatchObject({ reason: 'registry' });
    expect(desk.store.suppressions.has('+12125550102', 'rehearsal')).toBeNull();
  });
});

describe('the reading thread', () => {
  it('is not started for a short list, which is read to the same end', async () => {
    const request = { kind: 'leads', source: { csv: largeList(40) }, mapping: {}, defaultRegion: 'US', consent: null } as const;
    const read = async (how: typeof readInBatches) => {
      const phones: string[] = [];
      const take = async ({ leads }: { readonly leads: readonly { readonly phone: string }[] }) => {
        phones.push(...leads.map(({ phone }) => phone));
      };
      return { end: await how(request, take, new AbortController().signal), phones };
    };
    const here = await read(readInBatches);
    expect(here).toEqual(await read(readListInThread));
    expect(here.end.done.rows).toBe(40);
    await expect(readInBatches(request, () => Promise.resolve(), AbortSignal.abort())).rejects.toThrow('ended before');
  });

  it('waits for the disk instead of running ahead', async () => {
    let reading = 0;
    let most = 0;
    const request = { kind: 'leads', source: { csv: largeList(5_000) }, mapping: {}, defaultRegion: 'US', consent: null } as const;
    const { done } = await readListInThread(
      request,
      async ({ leads }) => {
        reading += 1;
        most = Math.max(most, reading);
        expect(leads.length).toBeLessThanOrEqual(500);
        await new Promise((resume) => setTimeout(resume, 2));
        reading -= 1;
      },
      new AbortController().signal,
    );
    expect([done.rows, most]).toEqual([5_000, 1]);
  });

  it('hands on what the taker throws', async () => {
    const request = { kind: 'leads', source: { csv: `phone\n${newYorker(1)}` }, mapping: {}, defaultRegion: 'US', consent: null } as const;
    const failing = readListInThread(request, () => Promise.reject(new Error('disk full')), new AbortController().signal);
    await expect(failing).rejects.toThrow('disk full');
  });
});
