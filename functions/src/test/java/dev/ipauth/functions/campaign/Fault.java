package dev.ipauth.functions.campaign;

/** What the real DynamoDB does to a request, and the local one never does. */
enum Fault {
  NONE,
  /** It never arrives. */
  LOST,
  /** It is made or refused, and nobody is told. */
  REPLY_LOST,
  /** The same, and the SDK sends it again before anybody hears of it. */
  REPLY_LOST_TO_SDK,
  /** It arrives some milliseconds later than it could. */
  DELAYED,
  /** Its caller gives it up, and then it arrives. */
  LATE,
  /** The same, and the SDK has sent it again by then. */
  LATE_TO_SDK,
  /** It is made, answered, and arrives once more later. */
  DUPLICATED,
  /** The same, after DynamoDB has forgotten its token (ten minutes). */
  DUPLICATED_AND_FORGOTTEN,
  CONFLICT,
  THROTTLED,
  /** Nothing of this operation is answered, however often it is sent. */
  STORM,
  /** An eventually consistent read tells what was. */
  STALE
}
