import '@fontsource-variable/inter/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@mantine/dropzone/styles.css';
import '@mantine/dates/styles.css';
import './ui/tokens.css';
import './ui/mantine.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { LiveClient } from './client/client.ts';
import { desktopPipe } from './client/desktop-pipe.ts';
import { takeToken, webPipe } from './client/web-pipe.ts';

const place = document.getElementById('root');
if (!place) throw new Error('The page has no place for the console.');

const token = window.ringside ? null : takeToken();
const client = window.ringside
  ? new LiveClient('desktop', desktopPipe(window.ringside))
  : token === null
    ? null
    : new LiveClient('browser', webPipe(token));

createRoot(place).render(<App client={client} />);
