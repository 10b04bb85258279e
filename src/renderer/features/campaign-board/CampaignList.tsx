import { IconCopy, IconPlayerPauseFilled, IconPlayerPlayFilled, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useCommands } from '../../app/commands.ts';
import { useKeys } from '../../app/keys.ts';
import { useAction, useClient, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { carrierWords, count, money } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, Loading, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import { useUndoableRemoval } from '../../ui/use-undoable-removal.tsx';
import styles from './CampaignList.module.css';
import { progressOf, stateOf } from './campaign-words.ts';

export function CampaignList() {
  const [, go] = useLocation();
  const { data, error, refetch } = useOperation('campaigns.list', {});
  const client = useClient();
  const queries = useQueryClient();
  const { hidden, remove } = useUndoableRemoval(
    useCallback(
      async (id: string) => {
        await client.invoke('campaigns.remove', { id });
        await queries.invalidateQueries({ queryKey: ['campaigns.list'] });
      },
      [client, queries],
    ),
  );
  const create = () => go('/new/basics');
  useKeys('Campaigns', [{ keys: 'N', words: 'New campaign', action: create }]);
  useCommands(useMemo(() => [{ id: 'new-campaign', group: 'Do', words: 'New campaign', run: () => go('~/campaigns/new/basics') }], [go]));
  const order = ['running', 'paused', 'draft', 'completed', 'stopped'];
  const campaigns = (data ?? [])
    .filter(({ id }) => !hidden.has(id))
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.updatedAt.localeCompare(a.updatedAt));
  return (
    <>
      <TitleRow
        title="Campaigns"
        beside={<span className={styles.quiet}>{data ? count(campaigns.length) : ''}</span>}
        actions={
          <Button kind="primary" hotkey="N" icon={<IconPlus size={16} aria-hidden />} onClick={create}>
            New campaign
          </Button>
        }
      />
      <div className={styles.page}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Loading what="Reading the campaigns" /> : null}
        {data && campaigns.length === 0 ? (
          <Empty title="No campaign yet" action={<Button onClick={create}>Write the first</Button>}>
            A campaign is a list of people, an agent that speaks with them, and the hours and limits within which it may. It is saved as a
            draft at every step, and nobody is called before you press Start.
          </Empty>
        ) : null}
        {campaigns.length > 0 ? (
          <table className={styles.table}>
            <thead>
              <tr>
                <th>Campaign</th>
                <th>State</th>
                <th>People done</th>
                <th className={styles.number}>Spent</th>
                <th>Carrier</th>
                <th>
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {campaigns.map((campaign) => (
                <Row key={campaign.id} campaign={campaign} onRemove={() => remove(campaign.id, campaign.name)} />
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
    </>
  );
}

function Row({ campaign, onRemove }: { readonly campaign: Campaign; readonly onRemove: () => void }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { data: health } = useOperation('campaigns.health', { id: campaign.id }, { keep: true });
  const pause = useAction('campaigns.pause');
  const resume = useAction('campaigns.resume');
  const duplicate = useAction('campaigns.duplicate');
  const { mark, word, since, tone } = stateOf(campaign);
  const progress = progressOf(health?.leads ?? {});
  const error = pause.error ?? resume.error ?? duplicate.error;
  const rehearsal = campaign.world === 'rehearsal';
  return (
    <tr>
      <td>
        <Link href={campaign.state === 'draft' ? `/${campaign.id}/edit/basics` : `/${campaign.id}`}>{campaign.name}</Link>{' '}
        {rehearsal ? <RehearsalTag /> : null}
        {error ? (
          <span className={styles.error} role="alert">
            {error.message}
          </span>
        ) : null}
      </td>
      <td>
        <span className={`${styles.state} ${styles[tone]}`}>
          <Mark name={mark} size={14} />
          {word} <i>{since}</i>
        </span>
      </td>
      <td>
        <span className={styles.progress}>
          <span className={styles.bar} aria-hidden>
            <i style={{ width: `${progress.total === 0 ? 0 : (progress.done / progress.total) * 100}%` }} />
          </span>
          {progress.total === 0 ? 'Nobody in it yet' : `${count(progress.done)} of ${count(progress.total)}`}
        </span>
      </td>
      <td className={styles.number}>{money(rehearsal ? 0 : (health?.spentMicros ?? 0))}</td>
      <td>{carrierWords[campaign.carrier]}</td>
      <td className={styles.actions}>
        {campaign.state === 'running' ? (
          <Button
            size="small"
            busy={pause.isPending}
            icon={<IconPlayerPauseFilled size={14} aria-hidden />}
            onClick={() => pause.mutate({ id: campaign.id })}
          >
            Pause
          </Button>
        ) : null}
        {campaign.state === 'paused' ? (
          <Button
            size="small"
            busy={resume.isPending}
            icon={<IconPlayerPlayFilled size={14} aria-hidden />}
            onClick={() => resume.mutate({ id: campaign.id })}
          >
            Resume
          </Button>
        ) : null}
        <Button
          size="small"
          kind="quiet"
          busy={duplicate.isPending}
          icon={<IconCopy size={16} aria-hidden />}
          onClick={() =>
            duplicate.mutate(
              { id: campaign.id },
              {
                onSuccess: ({ id }) => {
                  void queries.invalidateQueries({ queryKey: ['campaigns.list'] });
                  go(`/${id}/edit/basics`);
                },
              },
            )
          }
        >
          Duplicate<span className="visually-hidden"> {campaign.name}</span>
        </Button>
        <Button
          size="small"
          kind="quiet"
          blocked={campaign.state === 'draft' ? null : 'Only a draft can be removed: the calls of this one are kept.'}
          icon={<IconTrash size={16} aria-hidden />}
          onClick={onRemove}
        >
          Remove<span className="visually-hidden"> {campaign.name}</span>
        </Button>
      </td>
    </tr>
  );
}
