import { handleCallSessions } from 'call-session/worker';

handleCallSessions();
