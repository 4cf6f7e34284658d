/**
 * Proof of control: the page that somebody at an address opens to agree that an SMTP user may have
 * it. The claim itself is the register's. Start reading at {@link
 * dev.ipauth.functions.proof.ProofController}.
 */
@NullMarked
package dev.ipauth.functions.proof;

import org.jspecify.annotations.NullMarked;
