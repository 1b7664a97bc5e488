// Real clients that ask the Worker in workerd for pictures without a chat.
import { describeImageClients } from "../support/cases/run_image_clients.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describeImageClients("clients of pictures and workerd", startWorkerd);
