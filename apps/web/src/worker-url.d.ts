/** Where the build has put the module of a worker. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
