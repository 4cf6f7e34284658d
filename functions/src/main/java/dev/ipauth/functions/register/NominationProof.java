package dev.ipauth.functions.register;

/** {@code NOMINATION_PROOF}: whether an address counts before somebody at it has agreed. */
public enum NominationProof {
  /** The first account that nominates an address has it. */
  OFF,
  /** Who isn't there waits until somebody at the address opens a link and agrees. */
  REQUIRED
}
