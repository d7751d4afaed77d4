import { type Request, SynthHost } from './synth/host';

const host = new SynthHost(answer => postMessage(answer));
onmessage = (message: MessageEvent<Request>) => host.receive(message.data);
