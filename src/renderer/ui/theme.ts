import { type CSSVariablesResolver, createTheme, Drawer, type MantineColorsTuple, Modal, Notification, Popover } from '@mantine/core';

const violet: MantineColorsTuple = [
  '#F0EFFE',
  '#E1DEFC',
  '#C5BEFA',
  '#AEA2FF',
  '#8B7BF2',
  '#6A58E6',
  '#5443D4',
  '#483AB8',
  '#3B309A',
  '#2F277C',
];

/** What lies under a dialog stays readable: calls go on there. */
export const veil = { color: '#14171c', backgroundOpacity: 0.32, blur: 0 } as const;

const named = { 'aria-label': 'Close' } as const;

/** The component library in our measures; colours come from tokens.css. */
export const theme = createTheme({
  primaryColor: 'violet',
  primaryShade: { light: 6, dark: 5 },
  colors: { violet },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", Menlo, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '11px', sm: '13px', md: '13px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '24px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontFamily: 'var(--font)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '18px', lineHeight: '24px' },
      h2: { fontSize: '13px', lineHeight: '20px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  focusRing: 'never',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // The page as a whole never scrolls; what would hold it still is an inline style that our policy refuses.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, overlayProps: veil, closeButtonProps: named } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, overlayProps: veil, closeButtonProps: named } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: named } }),
    // One that fades away would go on taking the keys of the board for a moment; there each letter does something.
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 0 } } }),
  },
});

/** Mantine's own surfaces and inks are ours, in both themes. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink3)',
    '--mantine-color-placeholder': 'var(--ink3)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--edge)',
    '--mantine-color-error': 'var(--red)',
    '--mantine-color-disabled': 'transparent',
    '--mantine-color-disabled-color': 'var(--ink3)',
  };
  return { variables: {}, light: shared, dark: shared };
};
