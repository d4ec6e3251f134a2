import { sealHeavyHours } from './heavy-hours';

process.send?.(await sealHeavyHours(Number(process.argv[2])));
