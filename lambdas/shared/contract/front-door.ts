/** The headers that prove that a request came through the stack's own CloudFront distribution. */
export const FRONT_DOOR_HEADERS = {
  /** Only CloudFront and the function know its value. */
  secret: 'x-front-door-secret',
  /** The host that the browser requested; behind CloudFront, `host` is the API's. */
  viewerHost: 'x-front-door-host',
} as const;
