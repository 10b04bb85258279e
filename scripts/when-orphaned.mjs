/** How often it is looked whether whoever started us is still there. */
const lookMs = 500;

/**
 * Tell when the shell that npm put between itself and us has gone. npm hands a signal on to that shell alone, and some shells (dash) end of
 * it without a word to their children: the bridge would go on dialling with nobody to stop it. Under anything but npm it is no business of
 * ours who started us: a service that a terminal left behind is meant to stay.
 *
 * @param {() => void} gone called once
 * @param {NodeJS.ProcessEnv} env
 */
export function whenOrphaned(gone, env = process.env) {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, lookMs);
  timer.unref();
}
