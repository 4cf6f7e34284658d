/**
 * The promise that an address has one owner, checked by machine: many claimers at once, on a
 * DynamoDB with faults, and a linearizability checker that reads what each of them asked and was
 * answered. Start reading at {@link dev.ipauth.functions.campaign.Campaign}.
 */
@NullMarked
package dev.ipauth.functions.campaign;

import org.jspecify.annotations.NullMarked;
