/** An error as Twilio's REST API tells it. */
export interface TwilioError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** @see https://www.twilio.com/docs/api/errors */
export function errorBody(error: TwilioError): object {
  return {
    code: error.code,
    message: error.message,
    more_info: `https://www.twilio.com/docs/errors/${error.code}`,
    status: error.status,
  };
}

export const NOT_FOUND = (path: string): TwilioError => ({
  status: 404,
  code: 20404,
  message: `The requested resource ${path} was not found`,
});
export const UNAUTHENTICATED: TwilioError = { status: 401, code: 20003, message: 'Authenticate' };
export const CALL_GONE: TwilioError = { status: 400, code: 21220, message: 'Call is not in-progress. Cannot redirect.' };
