import { dateTime } from '../../../ui/format.ts';

/** When it was for the lead: `Mon 23 Nov, 10:38 in Tucson, AZ`; on this machine's clock where the zone is not known. */
export function theirTime(at: string, zone: string | null, place: string | null): string {
  if (zone === null) return place === null ? `${dateTime(at)} here` : `${dateTime(at)} here, to ${place}`;
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  const day = date.toLocaleDateString(undefined, { weekday: 'short', day: 'numeric', month: 'short', ...year, timeZone: zone });
  const time = date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit', timeZone: zone });
  return `${day}, ${time} ${place === null ? 'there' : `in ${place}`}`;
}
