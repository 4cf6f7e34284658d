package dev.ipauth.functions.register;

import dev.ipauth.tables.SmtpUser;

/** What the caller last saw of the user; the change is made only while it is still so. */
@FunctionalInterface
public interface Expectation {
  boolean isMetBy(SmtpUser user);
}
