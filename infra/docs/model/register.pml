/*
 * The register and one relay's cache, for spin. Clients create, claim, move, release and delete;
 * requests get lost, replies get lost, requests arrive after their caller has given them up, and
 * once more after they were made. The relay reads two rows in two steps and remembers the answer.
 *
 * Held in every state that can be reached:
 *   I1  a user shows an address exactly when the address's row names the user;
 *   I2  TTL ticks after a client was told that an address is taken away, no relay sends for it;
 *   I3  what was refused to its caller is never made later, and nothing is made twice.
 *
 * A mistake is put in by -D: NO_CONDITION, NO_VERSION, NEW_TOKEN, TOLD_TOO_SOON, AGE_FROM_END.
 * ./run tries each and wants an error.
 */
#define FIRST 2          /* operations of the first client */
#define SECOND 1         /* and of the second */
#define USERS 2
#define ADDRESSES 2      /* 1 and 2; 0 is none */
#define TOKENS (FIRST + SECOND)
#define TTL 2

mtype = { CREATE, EDIT, DELETE };
#define NOTHING 0
#define DONE 1
#define REFUSED_USER 2
#define REFUSED_ADDRESS 3
#define UNKNOWN 4

/* The tables. */
bool exists[USERS];
byte version[USERS];
byte shows[USERS];
byte owner[ADDRESSES + 1];           /* the user's number and 1; 0 is nobody */
byte nextVersion = 1;                /* a new user's is random: never one that was */

/* The requests, by token. */
mtype kind[TOKENS];
byte user[TOKENS];
byte asRead[TOKENS];                 /* the version that was read */
byte from[TOKENS];
byte to[TOKENS];
bool made[TOKENS];                   /* what DynamoDB, and the audit line, remember */
byte told[TOKENS];
bool late[TOKENS];                   /* a copy is under way that nobody waits for */

/* Address 1 as the relay sees it. */
byte since[USERS];                   /* ticks and 1 since a client was told: taken away; 0 is not */
byte claiming[USERS];                /* how many are asking for it, for the user */
byte cached;                         /* the user and 1 */
byte cachedAge = TTL;
byte readAge = TTL;                  /* of the read that is under way */

#ifdef NO_CONDITION
#define FREE(a) true
#else
#define FREE(a) (owner[a] == 0)
#endif
#ifdef NO_VERSION
#define AS_READ(t) exists[user[t]]
#else
#define AS_READ(t) (exists[user[t]] && version[user[t]] == asRead[t])
#endif

/* TransactWriteItems: whole or not at all. */
inline transact(t, forgotten, result) {
  d_step {
    if
    :: made[t] && !forgotten -> result = DONE
    :: else ->
      if
      :: kind[t] == CREATE && exists[user[t]] -> result = REFUSED_USER
      :: kind[t] != CREATE && !AS_READ(t) -> result = REFUSED_USER
      :: else ->
        if
        :: to[t] != 0 && to[t] != from[t] && !FREE(to[t]) -> result = REFUSED_ADDRESS
        :: else ->
          assert(!made[t]);                                             /* I3 */
          assert(told[t] != REFUSED_USER && told[t] != REFUSED_ADDRESS); /* I3 */
          if
          :: from[t] != 0 && from[t] != to[t] && owner[from[t]] == user[t] + 1 ->
            owner[from[t]] = 0
          :: else
          fi;
          if
          :: to[t] != 0 -> owner[to[t]] = user[t] + 1
          :: else
          fi;
          if
          :: kind[t] == DELETE ->
            exists[user[t]] = false; version[user[t]] = 0; shows[user[t]] = 0
          :: else ->
            exists[user[t]] = true; version[user[t]] = nextVersion; shows[user[t]] = to[t];
            nextVersion++
          fi;
          made[t] = true;
          result = DONE
        fi
      fi
    fi;
    assert(exists[0] || shows[0] == 0);
    assert(exists[1] || shows[1] == 0);                                  /* I1 */
    assert((shows[0] == 1) == (owner[1] == 1));
    assert((shows[0] == 2) == (owner[2] == 1));
    assert((shows[1] == 1) == (owner[1] == 2));
    assert((shows[1] == 2) == (owner[2] == 2));
  }
}

/* What nothing depends on any more makes no states. */
inline forget(t) {
  if
  :: !late[t] ->
    kind[t] = 0; user[t] = 0; asRead[t] = 0; from[t] = 0; to[t] = 0; made[t] = false; told[t] = 0
  :: else
  fi
}

#define WANTS_1(t) (kind[t] != DELETE && to[t] == 1)
#define TAKES_1(t) (from[t] == 1 && (kind[t] == DELETE || to[t] != 1))

/* A claim on its way that was asked after the address had been taken away, and before that was told:
   it is the later of the two. */
#define ASKED_SINCE(x, who) \
  (late[x] && kind[x] == EDIT && to[x] == 1 && user[x] == who && asRead[x] == version[who])

/* A new try of a change that may have been made already. */
#ifdef NEW_TOKEN
#define RETRY_IS_FORGOTTEN pending
#else
#define RETRY_IS_FORGOTTEN false
#endif

#ifdef TOLD_TOO_SOON
#define MAY_STILL_COME false
#else
#define MAY_STILL_COME \
  (pending && (result == REFUSED_ADDRESS || (result == REFUSED_USER && kind[t] == CREATE)))
#endif

proctype Client(byte n; byte end) {
  byte t;
  byte result;
  byte tries;
  bool pending;
  do
  :: n == end -> break
  :: n < end ->
    atomic {
      t = n;
      n++;
      select(tries : 0 .. 1);
      user[t] = tries;
      select(tries : 0 .. ADDRESSES);
      to[t] = tries;
      tries = 0; pending = false; result = NOTHING;
      /* What is read: the user and its version; a change of nobody is answered 404. */
      if
      :: kind[t] = CREATE
      :: exists[user[t]] -> kind[t] = EDIT
      :: exists[user[t]] -> kind[t] = DELETE; to[t] = 0
      fi;
      if
      :: kind[t] != CREATE -> asRead[t] = version[user[t]]; from[t] = shows[user[t]]
      :: else
      fi;
      if
      :: WANTS_1(t) -> claiming[user[t]]++; since[user[t]] = 0
      :: else
      fi
    }
    do
    :: tries == 2 -> break
    :: tries < 2 ->
      tries++;
      /* What is under way need never arrive: the last is also a request that is lost. */
      if
      :: atomic {                                 /* answered; what was made may come once more */
           transact(t, RETRY_IS_FORGOTTEN, result);
           late[t] = late[t] || result == DONE;
           break
         }
      :: atomic {                                                           /* the reply is lost */
           transact(t, RETRY_IS_FORGOTTEN, result); result = NOTHING; pending = true
         }
      :: atomic { late[t] = true; pending = true }                    /* it comes late, or never */
      fi
    od;
    atomic {
      if
      :: result == NOTHING && made[t] -> result = DONE                        /* read back */
      :: result == NOTHING && !made[t] -> result = UNKNOWN
      :: result != NOTHING && MAY_STILL_COME -> result = UNKNOWN
      :: else
      fi;
      told[t] = result;
      /* A creation of unknown outcome rests on no version: it is a claim until it has come. A claim
         by a user who is there is not: once it is taken away, its version is gone. */
      if
      :: WANTS_1(t) && !(kind[t] == CREATE && result == UNKNOWN) -> claiming[user[t]]--
      :: else
      fi;
      if
      :: result == DONE && TAKES_1(t) && owner[1] != user[t] + 1 && claiming[user[t]] == 0 &&
         !ASKED_SINCE(0, user[t]) && !ASKED_SINCE(1, user[t]) && !ASKED_SINCE(2, user[t]) ->
        since[user[t]] = 1
      :: else
      fi;
      forget(t);
      t = 0; result = NOTHING; pending = false; tries = 0
    }
  od
}

/* What is late arrives at any time, or never. A token may be forgotten by then, if a version is
   what the request rests on: a creation rests on its token alone. */
proctype Network() {
  byte t;
  byte ignored;
  bool forgotten;
end:
  do
  :: atomic {
       select(t : 0 .. TOKENS - 1);
       late[t];
       if
       :: forgotten = false
       :: kind[t] != CREATE -> forgotten = true
       fi;
       late[t] = false;
       transact(t, forgotten, ignored);
       if
       :: told[t] != NOTHING -> forget(t)
       :: else
       fi;
       t = 0; ignored = 0; forgotten = false
     }
  od
}

#define SEND(who) assert(since[who] <= TTL)                                         /* I2 */

proctype Relay() {
  byte holder;
end:
  do
  :: atomic { cachedAge < TTL -> if :: cached != 0 -> SEND(cached - 1) :: else fi }
  :: atomic {
       cachedAge >= TTL && owner[1] != 0 ->
       cached = 0; readAge = 0; holder = owner[1]
     };
     /* Trusted only when the two rows agree. That it is nobody's needs no memory here. */
     atomic {
       if
       :: shows[holder - 1] != 1 -> holder = 0; readAge = TTL
       :: else
       fi
     };
     atomic {
       if
       :: holder != 0 ->
         cached = holder;
#ifdef AGE_FROM_END
         cachedAge = 0;
#else
         cachedAge = readAge;
#endif
         holder = 0; readAge = TTL
       :: else
       fi
     }
  od
}

proctype Clock() {
end:
  do
  :: d_step {
       if :: cachedAge < TTL -> cachedAge++ :: else fi;
       if :: cachedAge == TTL -> cached = 0 :: else fi;
       if :: readAge < TTL -> readAge++ :: else fi;
       if :: since[0] > 0 && since[0] <= TTL -> since[0]++ :: else fi;
       if :: since[1] > 0 && since[1] <= TTL -> since[1]++ :: else fi
     }
  od
}

init {
  atomic {
    run Client(0, FIRST);
    run Client(FIRST, TOKENS);
    run Network();
    run Relay();
    run Clock()
  }
}
