/** Style sheets are bundled beside the script by the build. */
declare module '*.css';
