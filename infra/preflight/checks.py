"""All that is looked at, in the order of the answers."""

import certificates
import issuer
import names
import network
import room
import secrets_of
from botocore.exceptions import BotoCoreError, ClientError

CHECKS = (names.placeholders, names.account, issuer.issuer, certificates.of_port_465, certificates.of_the_api,
          secrets_of.next_hop, secrets_of.pepper, secrets_of.certificate, secrets_of.key, names.topic,
          names.stack, names.tables, names.version, names.zone, names.image, names.ses_identities, names.service_linked_role,
          network.zones, network.allocations, network.subnets, room.addresses, room.vpcs, room.concurrency)


def lines(account, answers):
    """One for each thing that was found, as it is found; NO begins that of a fault."""
    for check in CHECKS:
        try:
            for holds, sentence in check(account, answers):
                yield f"{'ok' if holds else 'NO'}  {sentence}"
        except (ClientError, BotoCoreError) as e:
            # What may not be looked at isn't a fault of the answers.
            yield f"??  {check.__name__.replace('_', ' ')}: couldn't be looked at: {e}"
