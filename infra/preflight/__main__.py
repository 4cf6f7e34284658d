"""Looks, before anything is deployed, whether the answers in samconfig.toml are good ones for this account. A line
each; exit status 1 when one isn't. Changes nothing.

    python3 infra/preflight                        the answers of samconfig.toml
    python3 infra/preflight RelayImage=… Egress=Nat --region eu-west-1
                                                   with others, as sam deploy --parameter-overrides takes them

Needs boto3 (pip install boto3), and credentials that may look."""

import argparse
import sys

from account import Account, Answers
from checks import lines


def main():
    parser = argparse.ArgumentParser(prog="preflight", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--config-file", default="samconfig.toml")
    parser.add_argument("--stack-name")
    parser.add_argument("--region")
    parser.add_argument("--profile")
    given = parser.parse_args()
    answers = Answers.read(given.config_file, given.answers, given.stack_name)
    found = []
    for line in lines(Account(given.region, given.profile), answers):
        print(line, flush=True)
        found.append(line)
    bad = sum(line.startswith("NO") for line in found)
    print(f"{bad} of {len(found)} to mend" if bad else "ready to be deployed")
    sys.exit(1 if bad else 0)


main()
