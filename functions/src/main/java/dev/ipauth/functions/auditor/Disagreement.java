package dev.ipauth.functions.auditor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the tables don't agree.
 *
 * @param ip as the row's key or the user says it
 * @param owner whom the address's row names; null when there is no row
 * @param shownBy the users who show the address
 */
record Disagreement(Kind kind, String ip, @Nullable Owner owner, List<Owner> shownBy) {
  enum Kind {
    /** The address's row names a user who is gone, or shows another address or none. */
    ADDRESS_WITHOUT_ITS_USER,
    /** A user shows an address whose row is missing, or names another user. */
    USER_WITHOUT_ITS_ADDRESS,
    /** More than one user shows the address. */
    SHOWN_BY_SEVERAL,
    /**
     * The row's key isn't how the platform spells the address, so no claim and no relay meets it.
     */
    MISSPELT
  }
}
