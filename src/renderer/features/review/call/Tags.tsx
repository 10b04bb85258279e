import { TagsInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Call } from '#bridge/contract/calls.ts';
import { operationKey, useAction, useOperation } from '../../../client/hooks.ts';
import { Problem } from '../../../ui/parts.tsx';
import styles from './side.module.css';

const tagsMax = 20;
const tagMax = 40;

/** Labels of the call, by which lists of calls are narrowed. Kept as soon as one comes or goes. */
export function Tags({ call }: { readonly call: Pick<Call, 'id' | 'tags' | 'world'> }) {
  const queries = useQueryClient();
  const tagging = useAction('calls.setTags');
  const { data: known } = useOperation('calls.tags', { world: call.world });
  const tags = tagging.isPending ? tagging.variables.tags : (call.tags ?? []);
  const set = (next: readonly string[]) =>
    tagging.mutate(
      { id: call.id, tags: next.map((tag) => tag.slice(0, tagMax).trim()).filter((tag) => tag !== '') },
      {
        onSuccess: (changed) => {
          queries.setQueryData(operationKey('calls.get', { id: call.id }), changed);
          void queries.invalidateQueries({ queryKey: ['calls.tags'] });
        },
      },
    );
  return (
    <>
      <TagsInput
        aria-label="Tags of this call"
        placeholder={tags.length === 0 ? 'Add a tag' : ''}
        size="sm"
        classNames={{ pill: styles.tag ?? '' }}
        value={[...tags]}
        data={(known ?? []).map(({ tag }) => tag)}
        maxTags={tagsMax}
        acceptValueOnBlur
        isDuplicate={(tag, all) => all.some((one) => one.toLowerCase() === tag.trim().toLowerCase())}
        comboboxProps={{ position: 'bottom-start' }}
        onChange={set}
      />
      {tags.length === 0 ? (
        <p className={styles.hint}>A word or two, then Enter. Calls with the same tag are found together in Review.</p>
      ) : null}
      {tagging.error ? <Problem error={tagging.error} next="The tags are as they were." /> : null}
    </>
  );
}
