/** A reason for the end of a call, as Plivo tells it three times over. */
export interface Cause {
  readonly code: number;
  /** `HangupCauseName`. */
  readonly name: string;
  /** `HangupCause`, a word of the switch. */
  readonly word: string;
  /** `CallStatus` of a call that ends so. */
  readonly status: 'completed' | 'busy' | 'failed' | 'timeout' | 'no-answer' | 'cancel';
}

/** @see https://www.plivo.com/docs/voice/troubleshooting/hangup-causes/ */
const CAUSES: readonly Cause[] = [
  { code: 0, name: 'Unknown', word: 'UNKNOWN', status: 'failed' },
  { code: 1000, name: 'Cancelled', word: 'ORIGINATOR_CANCEL', status: 'cancel' },
  { code: 1010, name: 'Cancelled (Out Of Credits)', word: 'ORIGINATOR_CANCEL', status: 'failed' },
  { code: 2000, name: 'Invalid Destination Address', word: 'UNALLOCATED_NUMBER', status: 'failed' },
  { code: 2010, name: 'Destination Out Of Service', word: 'NO_ROUTE_DESTINATION', status: 'failed' },
  { code: 2030, name: 'Destination Country Barred', word: 'CALL_REJECTED', status: 'failed' },
  { code: 3000, name: 'No Answer', word: 'NO_ANSWER', status: 'no-answer' },
  { code: 3010, name: 'Busy Line', word: 'USER_BUSY', status: 'busy' },
  { code: 3020, name: 'Rejected', word: 'CALL_REJECTED', status: 'failed' },
  { code: 3030, name: 'Unknown Caller ID', word: 'CALL_REJECTED', status: 'failed' },
  { code: 3090, name: 'Network Congestion', word: 'SERVICE_UNAVAILABLE', status: 'failed' },
  { code: 4000, name: 'Normal Hangup', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 4010, name: 'End Of XML Instructions', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 5010, name: 'Internal Error', word: 'NETWORK_OUT_OF_ORDER', status: 'failed' },
  { code: 5030, name: 'Concurrency Limit Breached', word: 'SERVICE_UNAVAILABLE', status: 'failed' },
  { code: 6000, name: 'Scheduled Hangup', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 6010, name: 'Ring Timeout Reached', word: 'NO_ANSWER', status: 'timeout' },
  { code: 6020, name: 'Media Timeout', word: 'RECOVERY_ON_TIMER_EXPIRE', status: 'completed' },
  { code: 7011, name: 'Error Reaching Answer URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7012, name: 'Error Reaching Action URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7013, name: 'Error Reaching Transfer URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7014, name: 'Error Reaching Redirect URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7022, name: 'Invalid Action URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7023, name: 'Invalid Transfer URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 7024, name: 'Invalid Redirect URL', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 8011, name: 'Invalid Answer XML', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 8012, name: 'Invalid Action XML', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 8013, name: 'Invalid Transfer XML', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 8014, name: 'Invalid Redirect XML', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 9100, name: 'Machine Detected', word: 'NORMAL_CLEARING', status: 'completed' },
  { code: 9110, name: 'Confirm Key Not Pressed', word: 'NORMAL_CLEARING', status: 'completed' },
];

const BY_CODE = new Map(CAUSES.map((cause) => [cause.code, cause]));

/** A code that is not in the table fails the call under a name of its own. */
export function causeOf(code: number): Cause {
  return BY_CODE.get(code) ?? { code, name: `Cause ${code}`, word: 'UNKNOWN', status: 'failed' };
}
