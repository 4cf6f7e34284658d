package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Event.Reason;

/** Why a message can't be passed on: for the log, and for the device. */
record Refusal(Reason reason, Reply reply) {}
