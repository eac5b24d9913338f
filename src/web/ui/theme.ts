import type { ThemeConfig } from 'antd';

/** The restrained look: deep teal, square-ish corners, small type for dense lists. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: '#0b5f6e',
    colorInfo: '#0b5f6e',
    colorLink: '#0b5f6e',
    colorError: '#b42318',
    colorWarning: '#a15c07',
    colorSuccess: '#1f7a4d',
    colorTextBase: '#17333a',
    colorTextSecondary: '#4a5f66',
    colorTextTertiary: '#5b6f76',
    colorTextDescription: '#4a5f66',
    colorTextPlaceholder: '#6b7e85',
    colorBorder: '#b9c8cc',
    colorBorderSecondary: '#d5e0e3',
    colorWarningBg: '#fdf6e3',
    colorWarningBorder: '#dfc07a',
    colorErrorBg: '#fdf0ee',
    colorErrorBorder: '#e8b4ad',
    controlItemBgActive: '#dcedf0',
    controlItemBgActiveHover: '#cfe5e9',
    colorSuccessBg: '#eef7f1',
    colorSuccessBorder: '#a8d2ba',
    colorInfoBg: '#ecf5f7',
    colorInfoBorder: '#a9cdd4',
    borderRadius: 5,
    fontSize: 14,
    fontFamily: 'inherit',
    // Nothing slides: a spinner that leaves before it has entered would stay in the button's name.
    motion: false,
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
  },
};
