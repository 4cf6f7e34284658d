package dev.ipauth.functions.register;

import dev.ipauth.tables.SmtpUser;

/** What the caller last saw of the user; the change is made only while it is still so. */
@FunctionalInterface
public interface Precondition {
  /** For whoever changes the user whatever it is like. */
  Precondition NONE = user -> true;

  boolean isMetBy(SmtpUser user);
}
