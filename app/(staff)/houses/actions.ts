'use server';

import { z } from 'zod';
import { assignDivision, assignDivisionSchema, collectHouses, houseSchema, saveHouse } from '@/lib/accounts/houses';
import { staffAction } from '@/lib/action';

export const collectHousesAction = staffAction(z.object({}), (person) => collectHouses(person), 'collectHouses');
export const saveHouseAction = staffAction(houseSchema, saveHouse);
export const assignDivisionAction = staffAction(assignDivisionSchema, assignDivision);
