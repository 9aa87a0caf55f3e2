/** Words that YAML 1.1 or 1.2 takes for something other than text, however they are written. */
export const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
