'use server';

import { z } from 'zod';
import { assignDivision, assignDivisionSchema, collectHouses, houseSchema, saveHouse } from '@/lib/accounts/houses';
import { loadFromPortal } from '@/lib/accounts/portal-load';
import { staffAction } from '@/lib/action';

export const collectHousesAction = staffAction(z.object({}), (person) => collectHouses(person), 'collectHouses');
export const loadFromPortalAction = staffAction(z.object({}), (person) => loadFromPortal(person), 'loadFromPortal');
export const saveHouseAction = staffAction(houseSchema, saveHouse);
export const assignDivisionAction = staffAction(assignDivisionSchema, assignDivision);
